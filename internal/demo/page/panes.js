// The panes at the side: a thread, and what is behind the scenes. Where there is room for one only, the one that was
// asked for last stands before the other, which stays open.
import {byID} from './dom.js';

const wide = matchMedia('(min-width: 1240px)'); // room for both; style.css has the same widths
const besides = matchMedia('(min-width: 901px)'); // room for one beside the channel

/** behind shows or hides what is behind the scenes. */
export function behind(on) {
  document.body.classList.toggle('behind', on);
  document.body.classList.toggle('behind-first', on);
  reflect();
}

/** isBeside tells whether a pane leaves the channel in sight. */
export const isBeside = () => besides.matches;

/** bringThread puts the thread before the other pane. */
export const bringThread = () => document.body.classList.remove('behind-first');

/** reflect says on the button whether the pane is in sight. */
export function reflect() {
  byID('cloud').setAttribute('aria-expanded', String(byID('organization').checkVisibility()));
}

byID('cloud').addEventListener('click', () => behind(!byID('organization').checkVisibility()));
byID('organization-close').addEventListener('click', () => {
  behind(false);
  byID('cloud').focus(); // the button that was pressed is gone
});
wide.addEventListener('change', reflect);
document.body.classList.toggle('behind', isBeside());
