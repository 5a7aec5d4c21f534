// The words that are Slack's own, in the language that people have Slack in. The bot's words are in it already, and what is of this demo stays English.
const chinese = {
  App: '应用', Close: '关闭', Dismiss: '忽略', Home: '首页', Messages: '消息',
  'Only visible to you': '仅对您可见', '(edited)': '（已编辑）', ' (optional)': '（可选）',
  'Reply in thread': '在消息列中回复',
};

let language = 'en';

/** speak has to be called with each new state before anything is drawn. */
export function speak(next) {
  language = next;
  for (const place of ['messages', 'replies', 'home']) document.getElementById(place).lang = next;
}

/** locale is the language, as the browser knows it. */
export const locale = () => language;

/** isChinese tells which of the two it is. */
export const isChinese = () => language === 'zh-CN';

/** inSlack is how Slack writes something. */
export const inSlack = (words) => (isChinese() && chinese[words]) || words;
