// The server: what is done there, and what it tells.
import {byID} from './dom.js';

let hiding;

/** tell shows a sentence for a while, above a modal too. */
export function tell(sentence) {
  const notice = byID('notice');
  clearTimeout(hiding);
  notice.hidePopover();
  notice.textContent = sentence;
  if (!sentence) return;
  notice.showPopover();
  hiding = setTimeout(() => notice.hidePopover(), 8000);
}

/** act does something and tells what the server says to it. What follows comes with the next state. */
export async function act(action, deed) {
  tell('');
  try {
    const answer = await fetch('do/' + action, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(deed)});
    tell((await answer.json()).notice);
  } catch {
    tell('The demo doesn’t answer. Was it ended?');
  }
}

let events;

/** follow calls draw with each state of what a person sees, until it is called for another one. */
export function follow(person, draw) {
  events?.close();
  events = new EventSource('events?as=' + encodeURIComponent(person));
  events.onmessage = ({data}) => draw(JSON.parse(data));
  events.onopen = () => document.body.classList.remove('lost');
  events.onerror = () => document.body.classList.add('lost');
}
