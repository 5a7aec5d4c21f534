package bot

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/internal/tongue"
	"github.com/slack-go/slack"
)

// trySocketMode opens a connection as the bot does.
func trySocketMode(ctx context.Context, api *webapi.Client, l words.Language) checkup.List {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	i := inspection{}
	err := socket.Try(ctx, api, func(e socket.Envelope) { tellAgain(ctx, api, l, e) })
	_, refused := errors.AsType[*webapi.ConfigError](err)
	switch {
	case err == nil:
		i.Pass(checkSocketMode, tongue.Say("a connection was opened, and closed again", "已成功打开连接并关闭"))
	case errors.Is(err, socket.ErrTooMany):
		i.Warn(checkSocketMode, "SLACK_CONNECTIONS", tongue.Say("%v: another one can't be opened", "%v：无法再打开一个连接", err),
			tongue.Say("stop other bots of this app, or let each hold fewer", "请停止该应用的其他机器人，或减少每个机器人的连接数"))
	case refused:
		i.refused(checkSocketMode, "SLACK_APP_TOKEN", err, err)
	default:
		i.refused(checkSocketMode, "", nil, err)
	}
	return i.List
}

// tellAgain tells somebody by whose command or click Slack has met the check that nothing came of it.
func tellAgain(ctx context.Context, api *webapi.Client, l words.Language, e socket.Envelope) {
	var from struct {
		URL string `json:"response_url"`
	}
	if json.Unmarshal(e.Payload, &from) != nil || from.URL == "" {
		return // Slack says that it failed
	}
	sorry := words.NewBook(l, "", "").Restarting()
	_, _, _, _ = api.Slack.SendMessageContext(ctx, "", slack.MsgOptionText(sorry.Text, false), slack.MsgOptionBlocks(sorry.Blocks...),
		slack.MsgOptionResponseURL(from.URL, slack.ResponseTypeEphemeral))
}
