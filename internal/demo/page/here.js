// Where each person is: which channel, which thread, what was read and what is half written. The address of the page
// tells the current place, so that it can be reloaded, and opened in two windows as two people.
const address = new URLSearchParams(location.search);
const places = new Map();
const seen = new Map();
const drafts = new Map();
let start = '';

/** begin takes what the address says, and counts all that is there already as read. */
export function begin(state) {
  places.set(state.me, {channel: address.get('in'), thread: address.get('thread'), home: address.get('tab') === 'home'});
  start = newest(state.channels.flatMap((channel) => channel.messages.flatMap((m) => [m, ...(m.thread ?? [])])));
}

const newest = (messages) => messages.reduce((ts, m) => (m.ts > ts ? m.ts : ts), '');

/** hereOf is the place of the person whose state this is. */
export function hereOf(state) {
  const place = places.get(state.me) ?? {};
  const home = state.people.find((person) => person.id === state.me).home;
  const channel = state.channels.find((c) => c.id === place.channel) ?? state.channels.find((c) => c.id === home) ?? state.channels[0];
  const parent = channel.messages.find((m) => m.ts === place.thread);
  return {channel, parent, atHome: Boolean(channel.direct && place.home)};
}

/** go puts a person somewhere; no thread closes it. At the app's, it may be at its home. */
export function go(me, channel, thread, home = false) {
  places.set(me, {channel, thread, home});
}

/** keepAddress writes the place into the address. */
export function keepAddress(me, {channel, parent, atHome}) {
  address.set('as', me);
  address.set('in', channel.id);
  if (parent) address.set('thread', parent.ts);
  else address.delete('thread');
  if (atHome) address.set('tab', 'home');
  else address.delete('tab');
  if (location.search !== '?' + address) history.replaceState(null, '', '?' + address);
}

/** theme is what the address says of it. */
export const theme = address.get('theme');

const key = (me, channel) => me + ' ' + channel.id;

/** read notes that a person has seen a channel. */
export const read = (me, channel) => seen.set(key(me, channel), newest(channel.messages));

/** unread counts what a person hasn't seen of a channel, without what they wrote. */
export function unread(me, channel) {
  const until = seen.get(key(me, channel)) ?? start;
  return channel.messages.filter((m) => m.ts > until && m.user !== me).length;
}

/** draftOf and keepDraft remember what is half written at a place. */
export const draftOf = (place) => drafts.get(place) ?? '';
export const keepDraft = (place, text) => drafts.set(place, text);
