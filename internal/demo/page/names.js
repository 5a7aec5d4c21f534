// Who and what an ID stands for, and links between messages.
import {el} from './dom.js';

let state;

/** know has to be called with each new state before anything is drawn. */
export const know = (next) => { state = next; };

/** everybody is who can be chosen: people, not bots. */
export const everybody = () => state.people.filter((person) => !person.bot);

export const personOf = (id) => state.people.find((person) => person.id === id);
export const channelOf = (id) => state.channels.find((channel) => channel.id === id);

export function mention(id) {
  const person = personOf(id);
  return el(id === state.me ? 'span.mention.me' : 'span.mention', {}, '@' + (person?.name ?? id));
}

export function channelLink(id) {
  const channel = channelOf(id);
  if (!channel) return el('span.mention', {}, '#' + id);
  return el('a.mention', {href: '#' + id, 'data-channel': id}, '#' + channel.name);
}

/** place reads the address of a message of this workspace: which channel, which message. */
function place(url) {
  const archives = state.teamURL + 'archives/';
  const [, channel, seconds, micros] = url.startsWith(archives) ? /^(\w+)\/p(\d+)(\d{6})$/.exec(url.slice(archives.length)) ?? [] : [];
  return channel && {channel, ts: seconds + '.' + micros};
}

/** link leads to a message on this page, or to another site in a tab of its own. */
export function link(url, label) {
  const at = place(url);
  if (at) return el('a', {href: '#' + at.channel, 'data-channel': at.channel, 'data-ts': at.ts}, label);
  if (!/^(https?|mailto|tel):/i.test(url)) return label;
  return el('a', {href: url, target: '_blank', rel: 'noopener noreferrer'}, label);
}
