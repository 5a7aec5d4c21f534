// The page: it draws the state that came with it, and then each that the server sends.
import './theme.js';
import {byID, el} from './dom.js';
import {composer} from './composer.js';
import {begin, go, hereOf, keepAddress, read} from './here.js';
import {home} from './home.js';
import {speak} from './language.js';
import {jump, list} from './messages.js';
import {modal} from './modal.js';
import {mrkdwn} from './mrkdwn.js';
import {know} from './names.js';
import {act, follow, tell} from './net.js';
import {organization} from './organization.js';
import {behind, bringThread, isBeside, reflect} from './panes.js';
import {toEnd, watch} from './scroll.js';
import {channels, language, people} from './sidebar.js';
import {point, tour} from './tour.js';

let state;
let waiting; // what to do once the page is the person's that was switched to
const composers = new Map(); // by the element that they stand in

function draw(next) {
  state = next;
  know(state);
  speak(state.language);
  const here = hereOf(state);
  if (!here.atHome) read(state.me, here.channel);
  people(state, become);
  language(state);
  channels(state, here, (channel) => open(channel));
  room(here.channel);
  thread(here);
  home(state, here, (atHome) => open(here.channel.id, undefined, atHome));
  organization(state);
  tour(state.tour, lead);
  modal(state.me, state.view);
  keepAddress(state.me, here);
  reflect();
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
  compose('composer', {id, channel, label: 'Message ' + title(channel), commands: state.commands, shortcuts: state.shortcuts});
  const place = {id, me: state.me, channel: channel.id, open: (ts) => open(channel.id, ts), canReply: !channel.direct};
  list(byID('messages'), place, channel.messages, () => intro(channel));
}

function thread({channel, parent}) {
  byID('thread').hidden = !parent;
  document.body.classList.toggle('has-thread', Boolean(parent));
  if (!parent) return;
  byID('thread-channel').textContent = title(channel);
  const id = `${state.me} ${channel.id} ${parent.ts}`;
  byID('replies').setAttribute('aria-label', 'Thread in ' + title(channel));
  compose('thread-composer', {id, channel, label: 'Reply…', commands: [], ts: parent.ts});
  const {thread: replies = [], ...first} = parent;
  list(byID('replies'), {id, me: state.me, channel: channel.id}, [first, ...replies]);
}

/** intro is what stands above the first message: what one can try here. */
function intro(channel) {
  const {tip, example} = state.people.find((person) => person.id === state.me);
  const offered = example && !channel.direct;
  return el('div.intro', {}, el('h2', {}, title(channel)), el('p', {}, topicOf(channel)),
    el('div.tip', {}, el('span', {}, mrkdwn(tip)), offered && el('button.button', {type: 'button', onclick: () => composers.get('composer').fill(example)}, 'Write an example')));
}

/** compose puts the message box of a place where it belongs, unless it is there. The bot reads no direct messages. */
function compose(where, {id, channel, label, commands, shortcuts = [], ts = ''}) {
  if (byID(where).dataset.place === id) return;
  byID(where).dataset.place = id;
  composers.delete(where);
  if (channel.direct) {
    byID(where).replaceChildren(el('p.unread-here', {}, 'Sending messages to this app is turned off. Type its command in a channel.'));
    return;
  }
  const me = state.me, messages = byID(where).parentElement.querySelector('.messages');
  const send = (text) => {
    toEnd(messages); // where the answer comes
    return act('say', {as: me, channel: channel.id, ts, text});
  };
  const box = composer({id, label, commands, shortcuts, send, take: (shortcut) => act('shortcut', {as: me, button: shortcut.id})});
  byID(where).replaceChildren(box.form);
  composers.set(where, box);
}

/** become switches to a person. Then, if something is to be done as them, that is done. */
function become(person, then) {
  waiting = then;
  follow(person, (next) => {
    draw(next);
    waiting?.();
    waiting = undefined;
  });
}

/** open shows a channel, with a thread if one is named, or the app's home. */
function open(channel, ts, atHome) {
  go(state.me, channel, ts, atHome);
  menu(false);
  if (ts) bringThread();
  draw(state);
  if (atHome) byID('home').focus();
  else (composers.get(ts ? 'thread-composer' : 'composer') ?? byID('messages')).focus();
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

/** lead goes where a step of the tour is done. */
function lead(step) {
  menu(false);
  if (step.as && step.as !== state.me) become(step.as, () => arrive(step));
  else arrive(step);
}

function arrive(step) {
  if (step.in) {
    if (!isBeside()) behind(false); // it would cover the channel
    open(step.in);
  }
  targets[step.target](step);
}

const targets = {
  composer({done, example}) {
    const box = composers.get('composer');
    if (box.isEmpty() && !done) box.fill(example);
    point(byID('composer').querySelector('textarea'));
  },
  decision() {
    const waits = [...byID('messages').querySelectorAll('[data-action="approve"], [data-action="review"]')].at(-1);
    point(waits ?? byID('messages'));
  },
  kill: () => uncover('kill'),
  trouble: () => uncover('troubles'),
};

/** uncover shows a control behind the scenes, or the first one of a list. */
function uncover(id) {
  behind(true);
  byID(id).closest('details').open = true;
  point(byID(id).querySelector('input') ?? byID(id));
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-channel]');
  if (!link) return;
  event.preventDefault();
  visit(link);
});

/** menu shows or hides the sidebar where it isn't there always. */
function menu(on) {
  document.body.classList.toggle('menu', on);
  byID('menu').setAttribute('aria-expanded', String(on));
}

byID('menu').addEventListener('click', () => menu(!document.body.classList.contains('menu')));
byID('thread-close').addEventListener('click', () => open(hereOf(state).channel.id));

const first = JSON.parse(byID('state').textContent);
begin(first);
watch(byID('messages'));
watch(byID('replies'));
draw(first);
follow(first.me, draw);
composers.get('composer')?.focus();
