// Texts, and Slack's markup in them: *bold*, _italic_, ~strike~, `code`, ```blocks```, and <links|mentions|dates>.
import {el, unknown} from './dom.js';
import {channelLink, link, mention} from './names.js';
import {slackDate} from './dates.js';

const unescape = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

// The first of these that fits wins; the marks for bold and the like count at the edge of a word only.
const markup = new RegExp([
  /```(?<block>[\s\S]+?)```/,
  /`(?<code>[^`\n]+)`/,
  /<(?<angle>[^<>\n]+)>/,
  /(?<!\w)\*(?=\S)(?<bold>[^*\n]*[^*\s])\*(?!\w)/,
  /(?<!\w)_(?=\S)(?<italic>[^_\n]*[^_\s])_(?!\w)/,
  /(?<!\w)~(?=\S)(?<strike>[^~\n]*[^~\s])~(?!\w)/,
].map((part) => part.source).join('|'), 'g');

/** mrkdwn returns the nodes that a text is drawn as. */
export function mrkdwn(text) {
  const nodes = [];
  let done = 0;
  for (const found of text.matchAll(markup)) {
    nodes.push(unescape(text.slice(done, found.index)), draw(found.groups));
    done = found.index + found[0].length;
  }
  nodes.push(unescape(text.slice(done)));
  return nodes;
}

function draw({block, code, angle, bold, italic, strike}) {
  if (block) return el('pre', {}, unescape(block).replace(/^\n|\n$/g, ''));
  if (code) return el('code', {}, unescape(code));
  if (bold) return el('b', {}, mrkdwn(bold));
  if (italic) return el('i', {}, mrkdwn(italic));
  if (strike) return el('s', {}, mrkdwn(strike));
  return reference(angle);
}

/** reference is what stands between < and >. */
function reference(inside) {
  const [target, label] = inside.split('|', 2).map(unescape);
  if (target.startsWith('@')) return mention(target.slice(1));
  if (target.startsWith('#')) return channelLink(target.slice(1));
  const [kind, timestamp, pattern] = target.split('^');
  if (kind === '!date') return slackDate(Number(timestamp), pattern, label);
  if (target.startsWith('!')) return el('span.mention', {}, label ?? '@' + target.slice(1));
  return link(target, label ?? target);
}

/** text draws a text object. */
export function text(object) {
  if (object.type === 'mrkdwn') return mrkdwn(object.text);
  return object.type === 'plain_text' ? object.text : unknown('text', object.type);
}
