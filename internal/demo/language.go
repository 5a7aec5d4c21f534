package demo

import (
	"context"
	"fmt"
)

// locales are the languages that the bot speaks, as LANGUAGE names them, and the locales of people in Slack for them.
var locales = map[string]string{"en": "en-US", "zh-CN": "zh-CN"}

// speak has everybody use Slack in a language, and the bot write to the channel in it: it is started again, unless it doesn't run.
func (w *world) speak(_ context.Context, d deed) (string, error) {
	locale, spoken := locales[d.Text]
	if !spoken {
		return "", fmt.Errorf("the bot doesn't speak %q", d.Text)
	}
	w.speaking.Lock() // one at a time, so that the bot and its people speak the same in the end
	defer w.speaking.Unlock()
	for _, p := range cast {
		p.Locale = locale
		w.slack.AddUser(p.User)
	}
	w.mu.Lock()
	w.language = d.Text
	w.mu.Unlock()
	defer w.notify()
	running := w.bot.now().Running
	w.bot.stop()
	w.bot.set("LANGUAGE", d.Text)
	if !running {
		return "", nil
	}
	return "", w.bot.start()
}

// spoken is the language that is switched on.
func (w *world) spoken() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.language
}
