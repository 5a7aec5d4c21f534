// Confirm dialogs and modals, as real <dialog>s: the browser keeps the keyboard inside and closes them with Escape.
import {el, icon} from './dom.js';
import {drawBlocks, text} from './blocks.js';
import {act, placeNotice} from './net.js';

/** frame is a dialog with a title, a body and buttons at its foot. */
function frame(title, body, ...buttons) {
  const close = el('button.icon', {type: 'button', 'aria-label': 'Close', onclick: () => dialog.close('cancel')}, icon('close'));
  const form = el('form', {method: 'dialog'}, el('header', {}, el('h2', {id: 'dialog-title'}, title), close), el('div.contents', {}, body), el('footer', {}, buttons));
  const dialog = el('dialog', {'aria-labelledby': 'dialog-title'}, form);
  document.body.append(dialog);
  return {dialog, form};
}

/** show opens a dialog. What a notice says goes in, so that it can be read. */
function show(dialog) {
  dialog.showModal();
  placeNotice();
}

/** remove takes a dialog away, without the notice that may be in it. */
function remove(dialog) {
  dialog.remove();
  placeNotice();
}

/** leaflet shows something to read. */
export function leaflet(title, body) {
  const {dialog} = frame(title, body, el('button.button.primary', {value: 'cancel', autofocus: true}, 'Close'));
  dialog.addEventListener('close', () => remove(dialog));
  show(dialog);
}

/** confirm asks what a button wants confirmed, and resolves to whether it was. */
export function confirm(asked) {
  const {dialog} = frame(text(asked.title), el('div.lines', {}, text(asked.text)),
    el('button.button', {value: 'cancel', autofocus: true}, text(asked.deny)),
    el('button.button.' + (asked.style ?? 'primary'), {value: 'confirm'}, text(asked.confirm)));
  dialog.classList.add('confirm');
  show(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      remove(dialog);
      resolve(dialog.returnValue === 'confirm');
    });
  });
}

let shown; // the modal that is open: its view, its person and its dialog

/** modal shows the view that a person has open, and closes the one that they have no longer. */
export function modal(me, view) {
  const content = JSON.stringify([me, view]);
  if (shown?.content === content) return;
  const typed = shown && view && shown.id === view.id ? valuesOf(shown.form) : {};
  if (shown) remove(shown.dialog);
  shown = view && {content, id: view.id, ...open(me, view)};
  for (const [name, value] of Object.entries(typed)) {
    if (shown.form.elements[name]) shown.form.elements[name].value = value;
  }
}

const valuesOf = (form) => Object.fromEntries(new FormData(form));

function open(me, view) {
  const blocks = view.blocks ?? [], asks = blocks.some((block) => block.type === 'input');
  const {dialog, form} = frame(view.title, drawBlocks(blocks, {errors: view.errors}),
    el('button.button', {type: 'button', onclick: () => dialog.close('cancel')}, view.close),
    asks && el('button.button.primary', {}, view.submit));
  dialog.classList.add('modal');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    act('submit', {as: me, view: view.id, values: valuesOf(form)});
  });
  dialog.addEventListener('close', () => act('close', {as: me, view: view.id}));
  show(dialog);
  form.querySelector('textarea, input')?.focus();
  return {dialog, form};
}
