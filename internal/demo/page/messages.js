// Messages: a channel's, and a thread's.
import {avatar, el, icon, item, reconcile} from './dom.js';
import {drawBlocks} from './blocks.js';
import {confirm} from './dialogs.js';
import {day, moment, time, timeOf} from './dates.js';
import {inSlack, isChinese, locale} from './language.js';
import {mrkdwn} from './mrkdwn.js';
import {personOf} from './names.js';
import {act} from './net.js';
import {below, keep, settle, toEnd} from './scroll.js';

/**
 * list shows messages. The place has me, the channel's ID and, in a channel, open(ts), which opens a thread, and whether
 * one canReply. It stays at the end if it was there. In a channel, intro() makes what stands above all.
 */
export function list(container, place, messages, intro) {
  const moved = container.dataset.place !== place.id;
  if (moved) container.firstElementChild.replaceChildren();
  container.dataset.place = place.id;
  const shown = messages.filter((m) => !dismissed.has(m.ts)), newest = shown.at(-1)?.ts ?? '';
  const redraw = () => list(container, place, messages, intro);
  reconcile(container.firstElementChild, place.open ? room(shown) : thread(shown), (value) => drawEntry(value, {...place, redraw}, intro));
  if (moved) toEnd(container);
  else keep(container);
  if (!moved && newest > container.dataset.newest) below(container);
  container.dataset.newest = newest;
}

const dismissed = new Set(); // ephemeral messages that somebody doesn't want to see any more

/** room is an introduction, the messages, and a line where a day begins. */
function room(messages) {
  let last = '';
  return [item('intro', {intro: true}, locale()), ...messages.flatMap((m) => {
    const today = day(timeOf(m.ts)), begins = today !== last;
    last = today;
    return [...(begins ? [item('day ' + today, {line: today})] : []), item(m.ts, m, today, locale())];
  })];
}

/** thread is a message, how many replies there are, and the replies. */
function thread([first, ...replies]) {
  const count = item('count', {line: countOf(replies), left: true});
  return [item(first.ts, first, locale()), ...(replies.length ? [count] : []), ...replies.map((m) => item(m.ts, m, locale()))];
}

function countOf({length}) {
  if (isChinese()) return `${length} 条回复`;
  return length === 1 ? '1 reply' : `${length} replies`;
}

function drawEntry(value, place, intro) {
  if (value.intro) return intro();
  return value.line ? line(value) : message(value, place);
}

const line = ({line: name, left}) => el(left ? 'div.count' : 'div.day', {role: 'separator', 'aria-label': name}, el('span', {}, name));

function message(m, place) {
  const person = personOf(m.user), name = person?.name ?? 'Slackbot', at = timeOf(m.ts);
  return el(m.ephemeral ? 'article.message.ephemeral' : 'article.message', {
    'data-ts': m.ts, tabindex: '-1', 'aria-label': `${name}, ${moment(at)}${m.ephemeral ? ', ' + inSlack('Only visible to you').toLowerCase() : ''}`,
  },
    m.ephemeral && only(m, place),
    avatar(person),
    el('div.body', {},
      el('p.by', {}, el('b', {}, name), person?.bot && el('span.badge', {}, inSlack('App')),
        el('time', {datetime: at.toISOString(), title: moment(at)}, time(at))),
      content(m, place),
      m.edited && el('span.edited', {}, inSlack('(edited)')),
      threadLink(m, place)),
    place.canReply && !m.ephemeral && el('button.icon.answer', {type: 'button', 'aria-label': inSlack('Reply in thread'), title: inSlack('Reply in thread'), onclick: () => place.open(m.ts)}, icon('reply')));
}

const only = (m, place) => el('p.only', {}, icon('eye'), inSlack('Only visible to you'),
  el('button.dismiss', {type: 'button', onclick: () => { dismissed.add(m.ts); place.redraw(); }}, inSlack('Dismiss')));

function content(m, place) {
  if (!m.blocks) return el('div.lines', {}, mrkdwn(m.text));
  return el('div.blocks', {}, drawBlocks(m.blocks, {press: (button, block) => press(button, block, m, place)}));
}

async function press(button, block, m, place) {
  if (button.confirm && !(await confirm(button.confirm))) return;
  await act('click', {as: place.me, channel: place.channel, ts: m.ts, button: `${block.block_id}/${button.action_id}`});
}

function threadLink(m, place) {
  if (!m.thread || !place.open) return null;
  const last = m.thread.at(-1);
  const people = [...new Set(m.thread.map((reply) => reply.user))].map(personOf);
  return el('button.replies', {type: 'button', onclick: () => place.open(m.ts)},
    people.map(avatar), el('b', {}, countOf(m.thread)), el('span', {}, (isChinese() ? '最后回复：' : 'Last reply ') + moment(timeOf(last.ts))));
}

/** jump brings a message into view and marks it for a moment. */
export function jump(container, ts) {
  const node = [...container.querySelectorAll('.message')].find((m) => m.dataset.ts === ts);
  node?.classList.add('found');
  node?.addEventListener('blur', () => node.classList.remove('found'), {once: true});
  node?.scrollIntoView({block: 'center'});
  if (node) settle(node.closest('.messages'));
  node?.focus({preventScroll: true});
  return Boolean(node);
}
