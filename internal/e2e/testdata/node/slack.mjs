// An app on Slack's official clients: it answers a command, posts, reads and edits a message with a button, and whispers.
// Each step is a line on the output.
import { SocketModeClient } from '@slack/socket-mode';
import { LogLevel, WebClient } from '@slack/web-api';

const { SLACK_API_URL: slackApiUrl, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, CHANNEL } = process.env;
const logLevel = LogLevel.ERROR;
const web = new WebClient(SLACK_BOT_TOKEN, { slackApiUrl, logLevel });
const socket = new SocketModeClient({ appToken: SLACK_APP_TOKEN, logLevel, clientOptions: { slackApiUrl, logLevel } });
const step = (...what) => console.log(what.join(' '));

// trying ends the program with what went wrong, which a listener would swallow.
const trying = (listener) => (event) => listener(event).catch((err) => { console.error(err); process.exit(1); });

socket.on('connected', () => step('connected'));

socket.on('slash_commands', trying(async ({ body, ack }) => {
  await ack({ text: `heard ${body.text}` });
  const message = { type: 'app_message', event_payload: { asked: body.text } };
  const { ts } = await web.chat.postMessage({
    channel: CHANNEL,
    text: body.text,
    metadata: { event_type: 'asked', event_payload: message.event_payload },
    blocks: [
      { type: 'section', text: { type: 'plain_text', text: body.text } },
      { type: 'actions', elements: [{ type: 'button', action_id: 'press', value: 'v', text: { type: 'plain_text', text: 'Press' } }] },
    ],
  });
  await web.chat.postMessage({ channel: CHANNEL, thread_ts: ts, text: 'a reply' });
  const { messages } = await web.conversations.history({ channel: CHANNEL, include_all_metadata: true });
  step('read', messages[0].text, messages[0].metadata.event_payload.asked);
}));

socket.on('interactive', trying(async ({ body, ack }) => {
  await ack();
  const { user, channel, message, actions } = body;
  await web.chat.update({ channel: channel.id, ts: message.ts, text: `${actions[0].action_id} by ${user.id}`, blocks: [] });
  await web.chat.postEphemeral({ channel: channel.id, user: user.id, text: 'thank you' });
  step('pressed', actions[0].value);
}));

const me = await web.auth.test();
step('authenticated', me.user_id, me.team_id);
await web.users.info({ user: 'U0NOBODY' }).catch((err) => step('refused', err.data.error));
await socket.start();
