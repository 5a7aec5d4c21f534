// Dialogs, as real <dialog>s: the browser keeps the keyboard inside and closes them with Escape.
import {el, icon} from './dom.js';
import {inSlack} from './language.js';
import {text} from './mrkdwn.js';
import {placeNotice} from './net.js';

let frames = 0; // that there were: one may stand on another

/** frame is a dialog with a title, a body and buttons at its foot. Its x ends it with "cancel". */
export function frame(title, body, ...buttons) {
  const close = el('button.icon', {type: 'button', 'aria-label': inSlack('Close'), onclick: () => dialog.close('cancel')}, icon('close'));
  const id = `dialog-title-${++frames}`;
  const form = el('form', {method: 'dialog'}, el('header', {}, el('h2', {id}, title), close), el('div.contents', {}, body), el('footer', {}, buttons));
  const dialog = el('dialog', {'aria-labelledby': id}, form);
  document.body.append(dialog);
  return {dialog, form};
}

/** show opens a dialog. What a notice says goes in, so that it can be read. */
export function show(dialog) {
  dialog.showModal();
  placeNotice();
}

/** remove takes a dialog away, without the notice that may be in it. */
export function remove(dialog) {
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
