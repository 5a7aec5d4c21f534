// Elements, and the one rule of this page: text becomes a text node, never markup.

/**
 * el makes an element: el('button.primary', {type: 'button', onclick: f}, 'Approve'). Properties that begin with "on"
 * are listeners, true and false set or leave out an attribute, and children are nodes or text.
 */
export function el(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(' ');
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, '');
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

const svgNamespace = 'http://www.w3.org/2000/svg';

/** icon draws one of the symbols of index.html. It says nothing to screen readers: what it is on must. */
export function icon(name) {
  const svg = document.createElementNS(svgNamespace, 'svg');
  const use = document.createElementNS(svgNamespace, 'use');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', '#i-' + name);
  svg.append(use);
  return svg;
}

/** unknown stands where something can't be drawn, and says so in the console, where the tests look. */
export function unknown(kind, type) {
  console.error(`This page can't draw the ${kind} "${type}".`);
  return el('span.unknown', {}, `This page can't draw the ${kind} “${type}”.`);
}

export const byID = (id) => document.getElementById(id);

/** mark puts a number on a button of the top bar, and says what it means; 0 takes it away. */
export function mark(id, number, label, meaning) {
  const button = byID(id), sign = button.querySelector('.mark'), name = number ? `${label}, ${meaning}` : label;
  sign.hidden = !number;
  sign.textContent = number;
  button.setAttribute('aria-label', name);
  button.title = name;
}

/** avatar is a person's initials on their colour, or the bot's face. */
export function avatar(person) {
  if (!person) return el('span.avatar.slack', {'aria-hidden': 'true'}, '#');
  if (person.bot) return el('span.avatar.app', {'aria-hidden': 'true'}, icon('bot'));
  const initials = person.name.split(' ').map((word) => word[0]).join('');
  return el('span.avatar.is-' + person.id.toLowerCase(), {'aria-hidden': 'true'}, initials);
}

/**
 * reconcile makes a container show a list: what didn't change keeps its element, and so its focus and its selection.
 * Each item has a key and a content by which a change is seen; draw makes its element.
 */
export function reconcile(container, items, draw) {
  const old = new Map([...container.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const kept = old.get(item.key);
    if (kept?.content === item.content) return kept;
    const node = draw(item.value);
    node.dataset.key = item.key;
    node.content = item.content;
    if (kept?.contains(document.activeElement)) queueMicrotask(keepFocus(kept, node));
    kept?.replaceWith(node); // in its place, so that those behind it aren't moved: a press on one of them would be lost
    return node;
  });
  for (const [n, node] of nodes.entries()) {
    if (container.children[n] !== node) container.insertBefore(node, container.children[n] ?? null);
  }
  while (container.children.length > nodes.length) container.lastElementChild.remove();
}

/** keepFocus returns what focuses in a new element what was focused in the old one, or else all of it. */
function keepFocus(old, node) {
  const controls = (of) => [...of.querySelectorAll('a, button, input')];
  const n = controls(old).indexOf(document.activeElement), was = document.activeElement.textContent;
  return () => {
    const same = controls(node)[n];
    (same?.textContent === was ? same : node).focus({preventScroll: true});
  };
}

/** item is what reconcile wants of a value. */
export const item = (key, value, ...more) => ({key, value, content: JSON.stringify([value, ...more])});
