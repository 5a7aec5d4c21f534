// A spreadsheet to paste into the form: a header, and 30 rows of which one has the name of a member.
import {isChinese} from './language.js';

const names = ['analytics', 'archive', 'backup', 'billing', 'build-farm', 'cdn', 'checkout', 'crm', 'data-lake', 'docs', 'edge', 'events', 'finance', 'forum', 'gateway',
  'image-store', 'intranet', 'logs', 'mail', 'maps', 'metrics', 'mobile', 'payments', 'search', 'sandbox', 'shop', 'staging', 'support', 'video', 'warehouse'];

/** example is what a spreadsheet gives to the clipboard: cells with tabs between. */
export function example() {
  const header = isChinese() ? ['账号ID', '名称', '备注'] : ['UIN', 'Name', 'Remark'];
  const rows = names.map((name, n) => [String(100012350001 + n), name, n % 4 === 0 ? `${name}, team ${1 + (n % 3)}` : '']);
  return [header, ...rows].map((row) => row.join('\t')).join('\n');
}
