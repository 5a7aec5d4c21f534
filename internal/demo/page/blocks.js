// Block Kit: the JSON that the bot sends, drawn. What isn't known here shows itself as such.
import {el, unknown} from './dom.js';
import {mrkdwn} from './mrkdwn.js';
import {richText} from './richtext.js';

/** text draws a text object. */
export function text(object) {
  if (object.type === 'mrkdwn') return mrkdwn(object.text);
  return object.type === 'plain_text' ? object.text : unknown('text', object.type);
}

function button(element, context, block) {
  if (element.type !== 'button') return unknown('element', element.type);
  const style = element.style ? '.' + element.style : '';
  return el('button.button' + style, {type: 'button', 'data-action': element.action_id, onclick: () => context.press(element, block)}, text(element.text));
}

function input(block, context) {
  const {element, hint} = block;
  if (element.type !== 'plain_text_input') return unknown('input', element.type);
  const id = 'input-' + block.block_id, error = context.errors?.[block.block_id];
  const field = el(element.multiline ? 'textarea' : 'input', {
    id, name: `${block.block_id}/${element.action_id}`, placeholder: element.placeholder?.text, maxlength: element.max_length,
    minlength: element.min_length, required: !block.optional, 'aria-invalid': error && 'true', 'aria-describedby': error && id + '-error',
  });
  field.value = element.initial_value ?? '';
  return el('div.field', {},
    el('label', {for: id}, text(block.label), block.optional && el('span.optional', {}, ' (optional)')), field,
    hint && el('p.hint', {}, text(hint)),
    error && el('p.error', {id: id + '-error'}, error));
}

const drawn = {
  header: (block) => el('h3.header', {}, text(block.text)),
  rich_text: (block) => el('div.rich', {}, richText(block)),
  divider: () => el('hr'),
  context: (block) => el('div.context', {}, block.elements.map((e) => el('span', {}, text(e)))),
  section: (block, context) => el('div.section', {},
    block.text && el('div.lines', {}, text(block.text)),
    block.fields && el('div.fields', {}, block.fields.map((field) => el('div.lines', {}, text(field)))),
    block.accessory && button(block.accessory, context, block)),
  actions: (block, context) => el('div.actions', {}, block.elements.map((e) => button(e, context, block))),
  input,
};

/**
 * drawBlocks draws blocks. The context has press(element, block), called for a button that was pressed, and for a modal
 * errors by block_id.
 */
export const drawBlocks = (blocks, context) => blocks.map((block) => drawn[block.type]?.(block, context) ?? unknown('block', block.type));
