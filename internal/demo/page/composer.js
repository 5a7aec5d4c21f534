// The message box: Enter sends, Shift+Enter breaks the line, and a / at the start offers the commands.
import {el, icon} from './dom.js';
import {draftOf, keepDraft} from './here.js';

/**
 * composer makes the message box of a place. It offers commands and shortcuts, if any, and calls take(shortcut), and send(text), which
 * resolves to whether the text was taken; what wasn't is put back.
 *
 * A text of several lines can't be a combobox, so the box is a plain textbox that points to the option that is chosen,
 * and a status says it. The combobox is the button before it, which offers the same list to who doesn't know the names.
 */
export function composer({id, label, commands, shortcuts, send, take}) {
  const menu = el('ul.commands', {id: 'commands', role: 'listbox', 'aria-label': 'Commands', hidden: true});
  const status = el('p.spoken', {role: 'status'});
  const box = el('textarea', {rows: 1, 'aria-label': label, placeholder: label, spellcheck: 'false', autocomplete: 'off'});
  const picker = el('button.icon.pick', {
    type: 'button', role: 'combobox', 'aria-label': 'Commands', title: 'Commands', 'aria-haspopup': 'listbox', 'aria-expanded': 'false', 'aria-controls': 'commands',
    onclick: () => pick(!picking), onblur: () => pick(false), onkeydown: pickerKey,
  }, '/');
  const quick = shortcuts.map((shortcut) => el('button.icon.pick', {
    type: 'button', 'data-shortcut': shortcut.id, 'aria-label': 'Shortcut: ' + shortcut.name, title: `${shortcut.name}: ${shortcut.text}`, onclick: () => take(shortcut),
  }, icon('bolt')));
  const hint = el('p.usage');
  const button = el('button.icon.send', {type: 'submit', 'aria-label': 'Send'}, icon('send'));
  const form = el('form.composer', {onsubmit: submit}, commands.length > 0 && [menu, status], hint,
    el('div.box', {}, quick, commands.length > 0 && picker, box, button));
  let chosen = 0, dismissed = false, picking = false;

  function offered() {
    if (picking) return commands;
    return /^\/\S*$/.test(box.value) && !dismissed ? commands.filter((c) => c.name.startsWith(box.value)) : [];
  }

  function update() {
    keepDraft(id, box.value);
    const list = offered(), used = commands.find((c) => box.value.startsWith(c.name + ' '));
    chosen = Math.min(chosen, Math.max(list.length - 1, 0));
    offer(list);
    hint.textContent = used ? `${used.name} ${used.hint}` : '';
    button.disabled = !box.value.trim();
    grow();
  }

  /** grow gives the box the height of what is in it, whether lines were broken or wrapped. */
  function grow() {
    box.rows = 1;
    box.style.overflow = 'hidden'; // a scroll bar would make the lines shorter
    const more = (box.scrollHeight - box.clientHeight) / parseFloat(getComputedStyle(box).lineHeight);
    box.rows = Math.min(1 + Math.round(more || 0), 8); // nothing has a height before it is on the page
    box.style.overflow = '';
  }

  /** offer shows the commands that fit, and says the chosen one to who can't see it. */
  function offer(list) {
    menu.replaceChildren(...list.map(option));
    menu.hidden = !list.length;
    picker.setAttribute('aria-expanded', String(picking));
    point(picker, picking);
    point(box, list.length > 0 && !picking);
    const said = list.length && !picking ? `${list[chosen].name} ${list[chosen].hint}. Press Tab to complete it.` : '';
    if (status.textContent !== said) status.textContent = said;
  }

  /** point tells which option the keys act on. */
  function point(from, on) {
    if (on) from.setAttribute('aria-activedescendant', 'command-' + chosen);
    else from.removeAttribute('aria-activedescendant');
    if (from !== box) return;
    for (const [name, value] of [['aria-autocomplete', 'list'], ['aria-controls', 'commands']]) {
      if (on) box.setAttribute(name, value);
      else box.removeAttribute(name);
    }
  }

  const option = (command, n) => el('li', {id: 'command-' + n, role: 'option', 'aria-selected': String(n === chosen), onmousedown: (event) => { event.preventDefault(); complete(command); }},
    el('b', {}, command.name), el('code', {}, command.hint), el('span', {}, command.text));

  function pick(on) {
    picking = on;
    update();
  }

  function complete(command) {
    const rest = picking ? box.value.replace(/^\/\S*\s*/, '') : ''; // a text that is there becomes the command's
    picking = false;
    fill(command.name + ' ' + rest);
  }

  function fill(text) {
    box.value = text;
    update();
    box.focus();
  }

  async function submit(event) {
    event?.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = '';
    update();
    if (await send(text) || draftOf(id).trim()) return;
    box.value = text;
    update();
  }

  /** listKey does what a key means to the list that is open, and tells whether it meant something. */
  function listKey({key, shiftKey}) {
    const list = offered();
    if (!list.length || (key === 'Enter' && !picking && box.value === list[chosen].name)) return false; // a whole command is sent
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      chosen = (chosen + (key === 'ArrowDown' ? 1 : list.length - 1)) % list.length;
    } else if ((key === 'Tab' || key === 'Enter' || (picking && key === ' ')) && !shiftKey) {
      complete(list[chosen]);
    } else if (key === 'Escape') {
      dismissed = true;
      picking = false;
    } else {
      return false;
    }
    return true;
  }

  function boxKey(event) {
    const sends = event.key === 'Enter' && !event.shiftKey && !event.isComposing;
    if (listKey(event)) update();
    else if (sends) submit();
    else return;
    event.preventDefault();
  }

  function pickerKey(event) {
    if (listKey(event)) update();
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') pick(true);
    else return;
    event.preventDefault();
  }

  box.addEventListener('keydown', boxKey);
  box.addEventListener('input', () => { dismissed = false; update(); });
  new ResizeObserver(() => requestAnimationFrame(grow)).observe(box); // a narrower box wraps more, and this one isn't on the page yet
  box.value = draftOf(id);
  update();
  return {form, fill, focus: () => box.focus(), isEmpty: () => !box.value.trim()};
}
