package audit

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// when is what somebody means by a time: a moment, or a whole day.
type when struct{ begins, ends time.Time }

// parseWhen reads how long ago, a day or a moment. Days are those of now's zone.
func parseWhen(text string, now time.Time) (when, error) {
	switch strings.ToLower(text) {
	case "today":
		return dayOf(now), nil
	case "yesterday":
		return dayOf(now.AddDate(0, 0, -1)), nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		return moment(now.AddDate(0, 0, -int(n))), err
	}
	if ago, err := time.ParseDuration(text); err == nil {
		return moment(now.Add(-ago.Abs())), nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, now.Location()); err == nil {
		return dayOf(day), beyond(day)
	}
	t, err := time.Parse(time.RFC3339, text)
	return moment(t), errors.Join(err, beyond(t))
}

func moment(t time.Time) when { return when{t, t} }

func dayOf(t time.Time) when {
	begins := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	return when{begins, begins.AddDate(0, 0, 1)}
}

// beyond refuses the year 0, which a program takes for no time at all.
func beyond(t time.Time) error {
	if t.Year() < 1 {
		return errors.New("before all time")
	}
	return nil
}
