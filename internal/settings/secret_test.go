package settings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretsPrintAsRedacted(t *testing.T) {
	t.Parallel()
	var secret Secret
	if err := secret.Decode("NobodySees"); err != nil {
		t.Fatal(err)
	}
	holder := struct {
		Secret Secret
		List   []Secret
		Map    map[Secret]Secret
		hidden Secret
	}{secret, []Secret{secret}, map[Secret]Secret{secret: secret}, secret}
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %[1]p"} {
		fmt.Fprintf(&b, verb+"\n", holder)
		fmt.Fprintf(&b, verb+"\n", holder.Secret)
		fmt.Fprintf(&b, verb+"\n", &holder)
	}
	fmt.Fprintln(&b, holder.Secret, holder.Secret.String(), holder.Secret.GoString(), fmt.Errorf("%w: %v", io.EOF, holder.Secret))
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&b, nil), slog.NewTextHandler(&b, nil)} {
		slog.New(handler).Info("holder", "secret", holder.Secret, "holder", holder, "any", []any{holder.Secret})
	}
	if err := json.NewEncoder(&b).Encode(holder); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if strings.Contains(text, "Nobody") || strings.Contains(text, fmt.Sprintf("%x", "Nobody")) || strings.Contains(text, fmt.Sprintf("%X", "Nobody")) {
		t.Errorf("a secret is shown:\n%s", text)
	}
	if !strings.Contains(text, "[redacted]") {
		t.Errorf("nothing is redacted:\n%s", text)
	}
}
