// Block Kit: the JSON that the bot sends, drawn. What isn't known here shows itself as such.
import {el, unknown} from './dom.js';
import {input} from './inputs.js';
import {text} from './mrkdwn.js';
import {richText} from './richtext.js';

function button(element, context, block) {
  if (element.type !== 'button') return unknown('element', element.type);
  const style = element.style ? '.' + element.style : '';
  return el('button.button' + style, {type: 'button', 'data-action': element.action_id, onclick: () => context.press(element, block)}, text(element.text));
}

/** table draws rows of cells, of which the first says what stands below. */
function table({rows: [head, ...rows]}) {
  const row = (cells, tag) => el('tr', {}, cells.map((cell) => el(tag, {scope: tag === 'th' && 'col'}, cell.type === 'rich_text' ? richText(cell) : cell.text)));
  return el('div.table', {role: 'region', tabindex: '0', 'aria-label': 'Table'},
    el('table', {}, el('thead', {}, row(head, 'th')), el('tbody', {}, rows.map((cells) => row(cells, 'td')))));
}

const drawn = {
  header: (block, {heading = 'h3'}) => el(heading + '.header', {}, text(block.text)),
  rich_text: (block) => el('div.rich', {}, richText(block)),
  divider: () => el('hr'),
  context: (block) => el('div.context', {}, block.elements.map((e) => el('span', {}, text(e)))),
  section: (block, context) => el('div.section', {},
    block.text && el('div.lines', {}, text(block.text)),
    block.fields && el('div.fields', {}, block.fields.map((field) => el('div.lines', {}, text(field)))),
    block.accessory && button(block.accessory, context, block)),
  actions: (block, context) => el('div.actions', {}, block.elements.map((e) => button(e, context, block))),
  input, table,
};

/**
 * drawBlocks draws blocks. The context has press(element, block), called for a button that was pressed, and for a modal
 * what its inputs hold, by "block_id/action_id", and errors by block_id; a page of its own has another heading than h3.
 */
export const drawBlocks = (blocks, context) => blocks.map((block) => drawn[block.type]?.(block, context) ?? unknown('block', block.type));
