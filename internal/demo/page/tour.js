// The tour: what to try, and what has been tried. Each step leads to where it is done, and leaves the doing to you.
import {byID, el, icon, item, reconcile} from './dom.js';
import {leaflet} from './dialogs.js';

/** tour draws the steps. lead(step) is called for one that is pressed. */
export function tour(steps, lead) {
  if (!byID('tour').children.length) build();
  const next = steps.find((step) => !step.done);
  const draw = ({n, step}) => entry(n, step, step === next, lead);
  reconcile(byID('steps'), steps.map((step, n) => item(step.id, {n: n + 1, step}, step === next)), draw);
  byID('tour-help').textContent = next ? next.help : 'That was all. Try what you like, or set it up for real.';
}

function build() {
  byID('tour').append(
    el('h2', {}, 'Tour'), el('ol', {id: 'steps'}), el('p', {id: 'tour-help'}),
    el('button.button', {type: 'button', 'data-setup': true}, 'Set it up'),
    el('button.icon', {type: 'button', id: 'tour-close', 'aria-label': 'Close the tour', title: 'Close the tour', onclick: () => show(false)}, icon('close')));
  byID('tour-again').addEventListener('click', () => show(true));
  byID('tour').hidden = localStorage.tour === 'closed';
  byID('tour-again').hidden = !byID('tour').hidden;
}

/** show opens or closes the tour, and remembers that. */
function show(on) {
  localStorage.tour = on ? 'open' : 'closed';
  byID('tour').hidden = !on;
  byID('tour-again').hidden = on;
  (on ? byID('steps').querySelector('button') : byID('messages')).focus(); // what was pressed is gone
}

function entry(n, step, isNext, lead) {
  return el(isNext ? 'li.next' : 'li', {}, el(step.done ? 'button.step.done' : 'button.step', {
    type: 'button', 'data-step': step.id, 'aria-current': isNext && 'step', 'aria-describedby': isNext && 'tour-help', onclick: () => lead(step),
  },
    el('span.number', {'aria-hidden': 'true'}, step.done ? icon('check') : String(n)), el('span.title', {}, step.title),
    step.done && el('span.spoken', {}, ' (done)')));
}

/** point brings a control into view, puts the keyboard on it, and marks it for as long as it has it. */
export function point(control) {
  control.classList.add('pointed');
  control.addEventListener('blur', () => control.classList.remove('pointed'), {once: true});
  control.scrollIntoView({block: 'nearest'});
  control.focus({preventScroll: true});
}

const code = (text) => el('code', {}, text);

/** setup tells in short how to set the bot up for real. It needs no network. */
const setup = () => leaflet('Set it up for real', [
  el('p', {}, 'The section “Set it up” of README.md, in the folder that you started this from, has every step. In short:'),
  el('ol.howto', {},
    el('li', {}, el('b', {}, 'Slack: '), 'make an app from ', code('manifest.yml'), ', install it, make a token for Socket Mode, and invite the bot into a channel for approvals.'),
    el('li', {}, el('b', {}, 'Tencent Cloud: '), 'make a sub-user that may only ', code('SendOrganizationInvitation'), ', ', code('CancelOrganizationInvitation'), ', ',
      code('ListOrganizationInvitations'), ' and ', code('ListOrganizationMembers'), '.'),
    el('li', {}, el('b', {}, 'Run it: '), 'set the variables that README.md names, then ', code('go build . && ./invitebot'), '. What is missing or wrong is told at the start.')),
]);

document.addEventListener('click', (event) => {
  if (event.target.closest('[data-setup]')) setup();
});
