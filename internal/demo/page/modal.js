// The modal that a person has open: the one on top, where several lie on each other.
import {drawBlocks} from './blocks.js';
import {confirm, frame, remove, show} from './dialogs.js';
import {el} from './dom.js';
import {valuesOf} from './inputs.js';
import {locale} from './language.js';
import {act} from './net.js';

let shown; // the view that is open, its dialog and its form

/** modal shows the view that a person has open, and closes the one that they have no longer. */
export function modal(me, view) {
  const content = JSON.stringify([me, locale(), view && {...view, values: null}]); // what is typed is in the form already
  if (shown?.content === content) return;
  const before = shown?.view.id === view?.id ? shown : null;
  const typed = before ? valuesOf(before.form, before.view.blocks) : {}, focused = before && selectorOf(document.activeElement);
  if (shown) remove(shown.dialog);
  shown = view && {content, view, ...open(me, {...view, values: {...view.values, ...typed}})};
  if (shown) focus(shown.form, focused);
}

/** selectorOf finds a control again in a form that is drawn anew. */
function selectorOf({name, dataset}) {
  if (dataset.action) return `[data-action="${dataset.action}"]`;
  return name ? `[name="${name}"]` : '';
}

/** focus puts the keyboard on what is wrong, on what had it, or on the first field. */
function focus(form, focused) {
  const found = form.querySelector('[aria-invalid=true]') ?? (focused ? form.querySelector(focused) : form.querySelector('textarea, input'));
  found?.focus();
}

function open(me, view) {
  const blocks = view.blocks ?? [];
  const back = (event) => { event.preventDefault(); act('close', {as: me, view: view.id}); }; // what is beneath comes in its place
  const close = view.back ? back : () => dialog.close('close');
  const press = (button, block) => pressIn(me, view, button, block, valuesOf(form, blocks));
  const submit = view.submit && el('button.button.primary', {}, view.submit);
  const {dialog, form} = frame(view.title, [view.callback === 'ask' && sample(), ...drawBlocks(blocks, {...view, press})],
    el('button.button', {type: 'button', onclick: close}, view.close), submit);
  dialog.classList.add('modal');
  if (!form.querySelector('.contents :is(a, button, input, textarea)')) form.querySelector('.contents').tabIndex = 0; // so that keys scroll it
  dialog.lang = locale();
  if (view.back) dialog.addEventListener('cancel', back);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true; // one press is enough
    await act('submit', {as: me, view: view.id, values: valuesOf(form, blocks)});
    submit.disabled = false;
  });
  dialog.addEventListener('close', () => act(dialog.returnValue === 'cancel' ? 'dismiss' : 'close', {as: me, view: view.id}));
  show(dialog);
  return {dialog, form};
}

/** sample offers something to paste, as this page's own help. */
const sample = () => el('p.sample', {lang: 'en'},
  el('button.button', {type: 'button', 'data-sample': true, onclick: ({target}) => paste(target.form.querySelector('textarea'))}, 'Paste an example'),
  el('span', {}, 'Of the demo: 30 rows of a spreadsheet. One has a name that is taken.'));

async function paste(field) {
  field.value = await (await fetch('example.tsv')).text();
  field.focus();
}

/** pressIn presses a button of a modal or of the home, once that is confirmed where it asks. */
export async function pressIn(me, view, button, block, values) {
  if (button.confirm && !(await confirm(button.confirm))) return;
  await act('press', {as: me, view: view.id, button: `${block.block_id}/${button.action_id}`, values});
}
