// Where a reader is in a list of messages. A list that shows its end goes on showing it, whatever grows; elsewhere it
// stays still, and a button tells that something came below.
import {byID} from './dom.js';

const near = 40; // so close to the end, in pixels, counts as at the end

const places = new Map(); // by the list's element: whether it is to show its end, its size when that was seen, and the button

/** watch follows a list from now on. */
export function watch(container) {
  const place = {container, atEnd: true, size: '', button: byID(container.id + '-below')};
  places.set(container, place);
  container.addEventListener('scroll', () => {
    // Where the size changed too, it wasn't the reader who scrolled.
    if (place.atEnd && sizeOf(container) !== place.size) toEnd(container);
    else note(place);
  });
  place.button.addEventListener('click', () => {
    container.focus({preventScroll: true}); // the button is about to go
    toEnd(container);
  });
  // The composer and the messages grow without a new state: a draft of many lines, a window that is resized.
  const observer = new ResizeObserver(() => keep(container));
  observer.observe(container);
  observer.observe(container.firstElementChild);
}

const sizeOf = ({scrollHeight, clientHeight}) => `${scrollHeight} ${clientHeight}`;

function note(place) {
  const {scrollHeight, scrollTop, clientHeight} = place.container;
  place.size = sizeOf(place.container);
  place.atEnd = scrollHeight - scrollTop - clientHeight < near;
  if (place.atEnd) place.button.hidden = true;
}

/** toEnd shows the end of a list. */
export function toEnd(container) {
  const place = places.get(container);
  container.scrollTop = container.scrollHeight;
  place.size = sizeOf(container);
  place.atEnd = true;
  place.button.hidden = true;
}

/** keep shows the end again if it was shown. */
export function keep(container) {
  if (places.get(container).atEnd) toEnd(container);
}

/** settle takes the position that a list was given by other means, before its scroll event comes. */
export const settle = (container) => note(places.get(container));

/** below tells the reader that the newest message is out of sight, if it is. */
export function below(container) {
  const newest = container.firstElementChild.lastElementChild;
  const hidden = newest.getBoundingClientRect().bottom > container.getBoundingClientRect().bottom + 1;
  if (hidden) places.get(container).button.hidden = false;
}
