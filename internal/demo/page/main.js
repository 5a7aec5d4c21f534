// The page: it draws the state that came with it, and then each that the server sends.
import './theme.js';
import {byID, el} from './dom.js';
import {composer} from './composer.js';
import {modal} from './dialogs.js';
import {begin, go, hereOf, keepAddress, read} from './here.js';
import {jump, list} from './messages.js';
import {mrkdwn} from './mrkdwn.js';
import {know} from './names.js';
import {act, follow, tell} from './net.js';
import {organization} from './organization.js';
import {channels, people} from './sidebar.js';

let state;
const composers = new Map(); // by the element that they stand in

function draw(next) {
  state = next;
  know(state);
  const here = hereOf(state);
  read(state.me, here.channel);
  people(state, become);
  channels(state, here, (channel) => open(channel));
  room(here.channel);
  thread(here);
  organization(state);
  modal(state.me, state.view);
  keepAddress(state.me, here);
}

const title = (channel) => (channel.direct ? channel.name : '#' + channel.name);

const topics = {C0ADMINS: 'Requests for cloud accounts, decided here. Shared with Northwind.', C0GENERAL: 'Everybody at Example Inc.'};
const topicOf = (channel) => topics[channel.id] ?? 'What the bot tells you. It reads nothing here.';

function room(channel) {
  byID('title').textContent = title(channel);
  byID('topic').textContent = topicOf(channel);
  document.title = `${title(channel)} – invitebot demo`;
  const id = `${state.me} ${channel.id}`;
  byID('messages').setAttribute('aria-label', 'Messages in ' + title(channel));
  const place = {id, me: state.me, channel: channel.id, reply: (ts) => open(channel.id, ts), title: title(channel)};
  list(byID('messages'), place, channel.messages, () => intro(channel));
  compose('composer', id, 'Message ' + title(channel), state.commands, channel.id);
}

function thread({channel, parent}) {
  byID('thread').hidden = !parent;
  document.body.classList.toggle('has-thread', Boolean(parent));
  if (!parent) return;
  byID('thread-channel').textContent = title(channel);
  const id = `${state.me} ${channel.id} ${parent.ts}`;
  byID('replies').setAttribute('aria-label', 'Thread in ' + title(channel));
  const {thread: replies = [], ...first} = parent;
  list(byID('replies'), {id, me: state.me, channel: channel.id}, [first, ...replies]);
  compose('thread-composer', id, 'Reply…', [], channel.id, parent.ts);
}

/** intro is what stands above the first message: what one can try here. */
function intro(channel) {
  const {tip, example} = state.people.find((person) => person.id === state.me);
  return el('div.intro', {}, el('h2', {}, title(channel)), el('p', {}, topicOf(channel)),
    el('div.tip', {}, el('span', {}, mrkdwn(tip)), example && el('button.button', {type: 'button', onclick: () => composers.get('composer').fill(example)}, 'Write an example')));
}

/** compose puts the message box of a place where it belongs, unless it is there. */
function compose(where, id, label, commands, channel, ts = '') {
  if (byID(where).dataset.place === id) return;
  byID(where).dataset.place = id;
  const me = state.me;
  const box = composer({id, label, commands, send: (text) => act('say', {as: me, channel, ts, text})});
  byID(where).replaceChildren(box.form);
  composers.set(where, box);
}

function become(person) {
  follow(person, draw);
}

/** open shows a channel, with a thread if one is named. */
function open(channel, ts) {
  go(state.me, channel, ts);
  document.body.classList.remove('menu');
  draw(state);
  composers.get(ts ? 'thread-composer' : 'composer').focus();
}

/** visit follows a link to a channel or a message. */
function visit(link) {
  const {channel, ts} = link.dataset;
  const found = state.channels.find((c) => c.id === channel);
  if (!found) return tell('You aren’t in that channel.');
  const parent = found.messages.find((m) => m.ts === ts || m.thread?.some((reply) => reply.ts === ts));
  open(channel, parent && parent.ts !== ts ? parent.ts : undefined);
  if (ts && !jump(document, ts)) tell('That message isn’t here: it is of an earlier run of the demo.');
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-channel]');
  if (!link) return;
  event.preventDefault();
  visit(link);
});

const expand = (button, on) => byID(button).setAttribute('aria-expanded', String(on));

byID('menu').addEventListener('click', () => expand('menu', document.body.classList.toggle('menu')));

/** behind shows or hides what is behind the scenes. Where there is room for one pane only, the thread gives way. */
function behind(on) {
  document.body.classList.toggle('behind', on);
  const covered = on && !byID('organization').checkVisibility();
  if (covered) open(hereOf(state).channel.id);
  expand('cloud', on);
}

byID('cloud').addEventListener('click', () => behind(!byID('organization').checkVisibility()));
byID('organization-close').addEventListener('click', () => behind(false));
byID('thread-close').addEventListener('click', () => open(hereOf(state).channel.id));

const first = JSON.parse(byID('state').textContent);
begin(first);
behind(innerWidth > 900);
draw(first);
follow(first.me, draw);
composers.get('composer').focus();
