// The app's Home tab, and the tabs above it and the messages.
import {drawBlocks} from './blocks.js';
import {byID, el, item, reconcile} from './dom.js';
import {inSlack, locale} from './language.js';
import {pressIn} from './modal.js';
import {act} from './net.js';

let told = ''; // of which opening the bot was told

/**
 * home draws the tabs where somebody is at the app's, and the home where they are at that. The bot is told when it is opened, by each new
 * process too, since it may have words of another language.
 */
export function home(state, {channel, atHome}, open) {
  byID('tabs').hidden = !channel.direct;
  byID('home').hidden = !atHome;
  for (const id of ['messages', 'composer']) byID(id).hidden = atHome;
  if (channel.direct) reconcile(byID('tabs'), [tab('Home', atHome), tab('Messages', !atHome)], (name) => draw(name, atHome, open));
  const {starts, connections} = state.bot, opening = atHome ? `${state.me} ${starts}` : '';
  if (opening === told || (opening && !connections)) return atHome && show(state);
  told = opening;
  if (opening) act('home', {as: state.me});
  if (atHome) show(state);
}

const tab = (name, current) => item(name, name, current, locale());

const draw = (name, atHome, open) => el('button', {type: 'button', 'aria-current': (name === 'Home') === atHome && 'page', onclick: () => open(name === 'Home')}, inSlack(name));

function show({me, home: view}) {
  const press = (button, block) => pressIn(me, view, button, block, {});
  const blocks = view?.blocks.map((block, n) => item(`${me} ${n}`, block, locale())) ?? [item('empty', null)];
  reconcile(byID('home').firstElementChild, blocks, (block) => block ? drawBlocks([block], {press, heading: 'h2'})[0] : el('p.empty', {}, 'The bot hasn’t drawn this yet.'));
}
