package settings

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// Secret is text that prints as [redacted] by every route; [Secret.Reveal] is the one way to it. It is behind a pointer
// because fmt and encoding/json have routes, %p and the keys of maps, that show a string whatever its methods are.
type Secret struct{ text *string }

const redacted = "[redacted]"

func (Secret) String() string               { return redacted }
func (Secret) GoString() string             { return redacted }
func (Secret) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, redacted) }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Secret) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

// Decode is for envconfig.
func (s *Secret) Decode(text string) error {
	s.text = &text
	return nil
}

// Reveal returns the text, empty where there is none.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}
