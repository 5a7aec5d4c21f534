// Inputs of forms: text, and people to choose.
import {avatar, el, unknown} from './dom.js';
import {inSlack} from './language.js';
import {text} from './mrkdwn.js';
import {everybody} from './names.js';

const nameOf = ({block_id, element}) => `${block_id}/${element.action_id}`;

const inputs = {plain_text_input: words, multi_users_select: people};

/** input draws an input block, with what it holds and what is wrong with that. */
export function input(block, {values, errors}) {
  const {element, label, hint, optional} = block, draw = inputs[element.type];
  if (!draw) return unknown('input', element.type);
  const id = 'input-' + block.block_id, error = errors?.[block.block_id];
  const described = [hint && id + '-hint', error && id + '-error'].filter(Boolean).join(' ');
  const shared = {id, 'aria-invalid': error && 'true', 'aria-describedby': described || false};
  const {named, field} = draw(block, shared, values?.[nameOf(block)]);
  return el('div.field', {},
    el(named, {id: id + '-label', for: named === 'label' && id}, text(label), optional && el('span.optional', {}, inSlack(' (optional)'))), field,
    hint && el('p.hint', {id: id + '-hint'}, text(hint)),
    error && el('p.error.lines', {id: id + '-error'}, error));
}

function words(block, shared, typed) {
  const {element} = block;
  const field = el(element.multiline ? 'textarea' : 'input', {
    ...shared, name: nameOf(block), placeholder: element.placeholder?.text, maxlength: element.max_length, minlength: element.min_length,
    required: !block.optional, rows: element.multiline && '4', spellcheck: 'false',
  });
  field.defaultValue = typed ?? element.initial_value ?? '';
  return {named: 'label', field};
}

/** people are chosen among all, as many as the element takes. */
function people(block, {id, ...shared}, typed) {
  const {element} = block, chosen = typed?.split(',') ?? element.initial_users ?? [], most = element.max_selected_items ?? Infinity;
  const boxes = everybody().map((person) => el('input', {type: 'checkbox', name: nameOf(block), value: person.id, checked: chosen.includes(person.id), onchange: limit}));
  function limit() {
    const full = boxes.filter((box) => box.checked).length >= most;
    for (const box of boxes) box.disabled = full && !box.checked;
  }
  const field = el('div.choice', {...shared, 'aria-invalid': false, role: 'group', 'aria-labelledby': id + '-label'},
    everybody().map((person, n) => el('label', {}, boxes[n], avatar(person), person.name)));
  limit();
  return {named: 'span', field};
}

/** valuesOf is what a form holds, as the server wants it: people by their IDs, with commas between. */
export function valuesOf(form, blocks) {
  const data = new FormData(form);
  return Object.fromEntries(blocks.filter((block) => block.type === 'input').map((block) => [nameOf(block), data.getAll(nameOf(block)).join(',')]));
}
