// The server: what is done there, and what it tells.
import {byID} from './dom.js';

const notice = byID('notice'), sentence = byID('notice-text');
let before; // where the keyboard was when the notice came

/** tell shows a sentence until the next deed. It has a row of its own, so that it covers nothing. */
export function tell(text) {
  if (!notice.contains(document.activeElement)) before = document.activeElement;
  sentence.textContent = text;
  notice.hidden = !text;
  placeNotice();
}

/** placeNotice puts the notice where it can be read and closed: in the dialog that is open, or at the page's foot. */
export function placeNotice() {
  const place = document.querySelector('dialog[open] .contents') ?? document.body;
  if (notice.parentNode !== place) place.append(notice);
}

byID('notice-close').addEventListener('click', () => {
  tell('');
  before.focus();
});

/**
 * act does something and tells what the server says to it. It resolves to whether that was done; what follows comes with
 * the next state.
 */
export async function act(action, deed) {
  tell('');
  try {
    const answer = await fetch('do/' + action, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(deed)});
    const {notice: said, done} = await answer.json();
    tell(said);
    return done;
  } catch {
    tell('The demo doesn’t answer. Was it ended?');
    return false;
  }
}

let events;
let pressing = false, held; // what is to be drawn when the press is over

/** follow calls draw with each state of what a person sees, until it is called for another one. */
export function follow(person, draw) {
  events?.close();
  held = undefined;
  events = new EventSource('events?as=' + encodeURIComponent(person));
  events.onmessage = ({data}) => {
    const show = () => draw(JSON.parse(data));
    if (pressing) held = show;
    else show();
  };
  events.onopen = () => document.body.classList.remove('lost');
  events.onerror = () => document.body.classList.add('lost');
}

// A click is lost where its element is replaced between the press and the release, so nothing is drawn then.
document.addEventListener('pointerdown', () => { pressing = true; }, true);
for (const end of ['pointerup', 'pointercancel']) document.addEventListener(end, () => setTimeout(released, 50), true); // behind the click
addEventListener('blur', released);

function released() {
  pressing = false;
  held?.();
  held = undefined;
}
