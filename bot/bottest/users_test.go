package bottest_test

import (
	"testing"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/bot/bottest"
)

func TestLocale(t *testing.T) {
	ws := start(t, bottest.Options{})
	ws.AddUser(bottest.User{ID: "U0JA", Locale: "ja-JP"})
	locale := func(id string, include bool) string {
		t.Helper()
		return must(client(ws).GetUserInfo(id, slack.GetUserInfoOptionIncludeLocale(include))).Locale
	}
	equal(t, "her locale", locale("U0JA", true), "ja-JP")
	equal(t, "nobody asked", locale("U0JA", false), "")
	equal(t, "by default", locale(alice, true), "en-US")
	equal(t, "the bot's", locale(ws.BotUserID, true), "en-US")
	ws.SetScopes([]string{"chat:write"})
	_, err := client(ws).GetUserInfo("U0JA")
	wantCode(t, err, "missing_scope")
}
