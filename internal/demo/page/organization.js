// Behind the scenes: the bot's process, the organization at Tencent Cloud, and trouble to make.
import {byID, el, item, mark, reconcile} from './dom.js';
import {act} from './net.js';

const date = (text) => new Date(text).toLocaleDateString('en', {dateStyle: 'medium'});
const clock = (text) => new Date(text).toLocaleTimeString('en', {timeStyle: 'medium', hourCycle: 'h23'});

/** organization draws the pane. Its sections stay, so that what was folded stays folded. */
export function organization(state) {
  const {members, invitations, calls} = state.organization;
  if (!byID('sections').children.length) build();
  bot(state.bot);
  fill('invitations', invitations.map((i) => item(i.uin, i)), invitation, invitations.length);
  fill('members', members.map((m) => item(m.uin, m)), member, members.length);
  fill('calls', calls.map((c, n) => item(String(calls.length - n), c)), call, calls.length);
  marks(state.troubles.filter((t) => t.on));
  reconcile(byID('troubles'), state.troubles.map((t, n) => item(t.id, t, t.group !== state.troubles[n - 1]?.group)), trouble);
}

const section = (id, title, empty) => el('details', {open: true}, el('summary', {}, title, ' ', el('span.number', {id: id + '-number'})),
  el('ul', {id, 'data-empty': empty}));

function build() {
  byID('sections').append(
    el('details', {open: true}, el('summary', {}, 'The bot'), el('div.bot', {},
      el('p', {id: 'bot', role: 'status'}),
      el('div.kill', {}, el('button.button', {type: 'button', id: 'kill', onclick: () => act('restart', {})}), el('p.help', {id: 'kill-help'})))),
    el('details', {open: true, id: 'trouble'}, el('summary', {}, 'Make trouble', ' ', el('span.alarm', {id: 'trouble-number', hidden: true})), el('ul', {id: 'troubles'})),
    el('h3', {}, 'Tencent Cloud organization'),
    section('invitations', 'Open invitations', 'None. An approved request makes one.'),
    el('div.pass', {}, el('button.button', {type: 'button', id: 'pass', onclick: () => act('pass', {})}, 'Let 15 days pass'), el('p.help', {}, 'What nobody accepts until then lapses.')),
    section('members', 'Members', 'None.'),
    section('calls', 'Calls received', 'None yet.'));
}

/** marks tells of trouble that is on also where the switches are folded or out of sight. */
function marks(on) {
  const names = on.map((t) => `${t.group}: ${t.label}`).join(', ');
  byID('trouble-number').hidden = !on.length;
  byID('trouble-number').textContent = on.length + ' on';
  mark('cloud', on.length, 'Behind the scenes', `trouble: ${on.length} on, ${names}`);
}

function fill(id, items, draw, number) {
  reconcile(byID(id), items, draw);
  byID(id + '-number').textContent = number;
}

function bot({running, pid, connections, ended, killed}) {
  const status = byID('bot'), slack = connections === 1 ? '1 connection' : `${connections} connections`;
  if (running) {
    status.className = connections ? 'up' : 'down';
    write(status, `Process ${pid}, ${slack} to Slack${killed ? `\nKilled at ${clock(killed)}, started again` : ''}`);
  } else {
    status.className = ended ? 'down ended' : 'down';
    write(status, ended ? `Not running: ${ended}. See the terminal.` : `Not running: killed at ${clock(killed)}`);
  }
  write(byID('kill'), running ? 'Kill the bot' : 'Start the bot');
  write(byID('kill-help'), running ? 'SIGKILL, and a new process on the same database.' : 'A new process on the same database.');
}

/** write changes a text only where it is another one: a status that is written anew is read out anew. */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const deed = (label, name, action, uin) => el('button.button', {type: 'button', 'aria-label': `${label} for ${name}`, onclick: () => act(action, {uin})}, label);

const invitation = (i) => el('li', {}, el('b', {}, i.name), el('code', {}, i.uin), el('span.detail', {}, `“${i.remark}”, until ${date(i.expires)}`),
  el('div.deeds', {}, deed('Accept', i.name, 'accept', i.uin), deed('Decline', i.name, 'decline', i.uin), deed('Cancel', i.name, 'cancel', i.uin)));

const member = (m) => el('li', {}, el('b', {}, m.name), el('code', {}, m.uin), el('span.detail', {}, 'since ' + date(m.joined)),
  el('div.deeds', {}, deed('Leave', m.name, 'leave', m.uin)));

function call(c) {
  const [answer, kind] = !c.done ? ['under way', 'waits'] : c.code ? [c.code, 'refused'] : c.requestID ? ['OK', 'ok'] : [c.effect ? 'done, answer lost' : 'no answer', 'refused'];
  return el('li', {}, el('b', {}, c.action), el('span.result.' + kind, {}, answer),
    c.uin && el('span.detail', {}, 'UIN ', el('span.uin', {}, c.uin)),
    el('span.detail', {}, clock(c.at), c.requestID && [' ', el('code', {}, c.requestID)]));
}

function trouble(t) {
  return el('li', {'data-group': t.group}, el('label.switch', {},
    el('input', {type: 'checkbox', role: 'switch', checked: t.on, 'data-trouble': t.id, onchange: ({target}) => act('trouble', {trouble: t.id, on: target.checked})}),
    el('span', {}, `${t.group}: ${t.label}`)), el('p.help', {}, t.help));
}
