// The message box: Enter sends, Shift+Enter breaks the line, and a / at the start offers the commands.
import {el, icon} from './dom.js';
import {draftOf, keepDraft} from './here.js';

/**
 * composer makes the message box of a place. It offers commands, if any, and calls send(text).
 */
export function composer({id, label, commands, send}) {
  const listID = 'commands-' + (commands.length ? 'room' : 'thread');
  const menu = el('ul.commands', {id: listID, role: 'listbox', 'aria-label': 'Commands', hidden: true});
  const box = el('textarea', {
    rows: 1, 'aria-label': label, placeholder: label, role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false',
    'aria-controls': listID, spellcheck: 'false', autocomplete: 'off',
  });
  const hint = el('p.usage', {}, '');
  const button = el('button.icon.send', {type: 'submit', 'aria-label': 'Send'}, icon('send'));
  const form = el('form.composer', {onsubmit: submit}, menu, hint, el('div.box', {}, box, button));
  let chosen = 0, dismissed = false;

  const offered = () => (/^\/\S*$/.test(box.value) && !dismissed ? commands.filter((c) => c.name.startsWith(box.value)) : []);

  function update() {
    keepDraft(id, box.value);
    const list = offered(), used = commands.find((c) => box.value.startsWith(c.name + ' '));
    chosen = Math.min(chosen, Math.max(list.length - 1, 0));
    menu.replaceChildren(...list.map(option));
    menu.hidden = !list.length;
    box.setAttribute('aria-expanded', String(list.length > 0));
    box.setAttribute('aria-activedescendant', list.length ? listID + '-' + chosen : '');
    hint.textContent = used ? `${used.name} ${used.hint}` : '';
    button.disabled = !box.value.trim();
    box.rows = Math.min(box.value.split('\n').length, 8);
  }

  const option = (command, n) => el('li', {id: `${listID}-${n}`, role: 'option', 'aria-selected': String(n === chosen), onmousedown: (event) => { event.preventDefault(); complete(command); }},
    el('b', {}, command.name), el('code', {}, command.hint), el('span', {}, command.text));

  function complete(command) {
    box.value = command.name + ' ';
    update();
    box.focus();
  }

  function submit(event) {
    event?.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = '';
    update();
    send(text);
  }

  function key(event) {
    const list = offered();
    if (list.length && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      chosen = (chosen + (event.key === 'ArrowDown' ? 1 : list.length - 1)) % list.length;
    } else if (list.length && (event.key === 'Tab' || event.key === 'Enter') && !event.shiftKey) {
      complete(list[chosen]);
    } else if (list.length && event.key === 'Escape') {
      dismissed = true;
    } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      submit();
    } else {
      return;
    }
    event.preventDefault();
    update();
  }

  box.addEventListener('keydown', key);
  box.addEventListener('input', () => { dismissed = false; update(); });
  box.value = draftOf(id);
  update();
  return {form, focus: () => box.focus(), fill: (text) => { box.value = text; update(); box.focus(); }};
}
