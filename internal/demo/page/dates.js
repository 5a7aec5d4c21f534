// Dates in the reader's own time zone, as Slack writes them.

import {isChinese, locale} from './language.js';

const format = (date, options) => new Intl.DateTimeFormat(locale(), options).format(date);
const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());

/** daysFromToday is 0 for today, -1 for yesterday and so on. */
export const daysFromToday = (date) => Math.round((midnight(date) - midnight(new Date())) / 86_400_000);

const near = {en: ['yesterday', 'today', 'tomorrow'], 'zh-CN': ['昨天', '今天', '明天']};
const pretty = (date, otherwise) => near[locale()][daysFromToday(date) + 1] ?? otherwise(date);

const short = (date) => format(date, {dateStyle: 'medium'});
const plain = (date) => format(date, {dateStyle: 'long'});
const long = (date) => format(date, {dateStyle: 'full'});

/** time is like 14:05. */
export const time = (date) => format(date, {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});

/** day is like Today or Monday, March 2, 2026. */
export const day = (date) => pretty(date, long).replace(/^./, (first) => first.toUpperCase());

/** moment is like today at 14:05. */
export const moment = (date) => `${pretty(date, short)}${isChinese() ? '' : ' at'} ${time(date)}`;

const tokens = {
  date_num: (date) => [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, '0')).join('-'),
  date: plain, date_short: short, date_long: long,
  date_pretty: (date) => pretty(date, plain),
  date_short_pretty: (date) => pretty(date, short),
  date_long_pretty: (date) => pretty(date, long),
  time,
  time_secs: (date) => format(date, {timeStyle: 'medium', hourCycle: 'h23'}),
};

/** slackDate fills in a format such as "{date_short_pretty} at {time}"; the fallback stands in for one it can't. */
export function slackDate(timestamp, pattern, fallback) {
  const date = new Date(timestamp * 1000);
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (_, token) => {
    known &&= token in tokens;
    return tokens[token]?.(date) ?? '';
  });
  return known ? text : fallback ?? pattern;
}

/** timeOf reads a message's timestamp. */
export const timeOf = (ts) => new Date(parseFloat(ts) * 1000);
