package audit

import (
	"testing"
	"time"
)

func TestWhen(t *testing.T) {
	zone := time.FixedZone("there", 2*60*60)
	now := time.Date(2026, 3, 4, 12, 30, 0, 0, zone)
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, zone) }
	for text, want := range map[string]when{
		"today":                     {day(4), day(5)},
		"Yesterday":                 {day(3), day(4)},
		"2026-03-01":                {day(1), day(2)},
		"90m":                       moment(now.Add(-90 * time.Minute)),
		"-24h":                      moment(now.Add(-24 * time.Hour)),
		"7d":                        moment(now.AddDate(0, 0, -7)),
		"2026-03-01T10:00:00Z":      moment(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)),
		"2026-03-01T10:00:00+02:00": moment(time.Date(2026, 3, 1, 10, 0, 0, 0, zone)),
	} {
		got, err := parseWhen(text, now)
		if err != nil || !got.begins.Equal(want.begins) || !got.ends.Equal(want.ends) {
			t.Errorf("%s is from %v to %v, %v; want %v to %v", text, got.begins, got.ends, err, want.begins, want.ends)
		}
	}
	for _, text := range []string{"", "tomorrow", "d", "-5d", "1.5d", "99999999d", "2026-02-30", "2026-1-1", "12:00", "last week", "0000-01-01", "2026-03-01 10:00"} {
		if got, err := parseWhen(text, now); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}
