// Rich text blocks: what stands in them is data, so that what people typed can't format anything.
import {el, unknown} from './dom.js';
import {channelLink, link, mention} from './names.js';
import {slackDate} from './dates.js';

const inline = {
  text: (e) => e.text,
  link: (e) => link(e.url, e.text ?? e.url),
  user: (e) => mention(e.user_id),
  channel: (e) => channelLink(e.channel_id),
  broadcast: (e) => el('span.mention', {}, '@' + e.range),
  date: (e) => el('time', {datetime: new Date(e.timestamp * 1000).toISOString(), title: e.fallback}, slackDate(e.timestamp, e.format, e.fallback)),
};

const marks = {bold: 'b', italic: 'i', strike: 's', code: 'code'};

function drawInline(e) {
  if (!inline[e.type]) return unknown('rich text element', e.type);
  const styles = Object.keys(marks).filter((name) => e.style?.[name]);
  return styles.reduce((node, name) => el(marks[name], {}, node), inline[e.type](e));
}

const lines = (e) => e.elements.map(drawInline);

const parts = {
  rich_text_section: (e) => el('div.lines', {}, lines(e)),
  rich_text_quote: (e) => el('blockquote', {}, lines(e)),
  rich_text_preformatted: (e) => el('pre', {}, lines(e)),
  rich_text_list: (e) => el(e.style === 'ordered' ? 'ol' : 'ul', {}, e.elements.map((entry) => el('li', {}, lines(entry)))),
};

/** richText returns the nodes of a rich_text block. */
export const richText = (block) => block.elements.map((e) => parts[e.type]?.(e) ?? unknown('rich text element', e.type));
