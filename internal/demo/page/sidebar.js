// Who you are, and the channels that you are in.
import {avatar, byID, el, item, mark, reconcile} from './dom.js';
import {unread} from './here.js';
import {act} from './net.js';

/** people draws the switch between people. The list never changes, so it is drawn once. */
export function people(state, become) {
  const form = byID('people');
  if (!form.children.length) {
    form.append(...state.people.filter((person) => person.role).map((person) => el('label', {title: `${person.name}, ${person.role}`},
      el('input', {type: 'radio', name: 'as', value: person.id, onchange: () => become(person.id)}),
      avatar(person), nameOf(person), el('span.role', {}, person.role))));
  }
  form.elements.as.value = state.me;
}

/** nameOf is a name whose surname can give way. */
function nameOf({name}) {
  const [given, ...more] = name.split(' ');
  return el('span.name', {}, given, el('span.surname', {}, ' ' + more.join(' ')));
}

const languages = {en: 'English', 'zh-CN': '简体中文'};

/** language draws the switch between languages, once. */
export function language(state) {
  const group = byID('language');
  if (!group.children.length) {
    group.append(...Object.entries(languages).map(([value, name]) => el('button', {type: 'button', lang: value, onclick: () => act('language', {text: value})}, name)));
  }
  for (const button of group.children) button.setAttribute('aria-pressed', String(button.lang === state.language));
}

/** channels draws the sidebar, and on the button that shows it, what is unread elsewhere. */
export function channels(state, here, open) {
  const nav = byID('channels-and-apps');
  if (!nav.children.length) {
    nav.append(el('p.workspace', {}, 'Example Inc.'), el('h2', {}, 'Channels'), el('ul', {id: 'channels'}), el('h2', {}, 'Apps'), el('ul', {id: 'apps'}));
  }
  const elsewhere = state.channels.filter((c) => c.id !== here.channel.id).reduce((sum, c) => sum + unread(state.me, c), 0);
  mark('menu', elsewhere, 'Channels', `${elsewhere} unread`);
  const draw = (channel) => entry(channel, state, here, open);
  const items = (direct) => state.channels.filter((c) => c.direct === direct)
    .map((c) => item(c.id, c, state.me, c.id === here.channel.id, unread(state.me, c)));
  reconcile(byID('channels'), items(false), draw);
  reconcile(byID('apps'), items(true), draw);
}

function entry(channel, state, here, open) {
  const count = unread(state.me, channel), current = channel.id === here.channel.id;
  const sign = channel.direct ? avatar(state.people.find((person) => person.bot)) : el('span.hash', {'aria-hidden': 'true'}, '#');
  return el('li', {}, el(count ? 'button.unread' : 'button', {type: 'button', 'aria-current': current && 'page', 'data-channel': channel.id, onclick: () => open(channel.id)},
    sign, channel.name, count > 0 && el('span.count', {}, String(count), el('span.spoken', {}, ' unread'))));
}
