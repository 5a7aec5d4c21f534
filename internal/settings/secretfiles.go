package settings

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// A secret in the environment can be read by whoever may look at the process, and is inherited by what it starts. So each can
// stand in a file instead, which NAME_FILE names, or which systemd puts into $CREDENTIALS_DIRECTORY under the name in lower case
// with hyphens (LoadCredential=slack-bot-token:/etc/invitebot/slack-bot-token).

// maxSecret is how long a secret is at most, in bytes: what is longer is another file.
const maxSecret = 16 << 10

// isSecret says whether a variable may be in a file.
func isSecret(f reflect.StructField) bool {
	return f.Type == reflect.TypeFor[Secret]() || f.Tag.Get("secret") != ""
}

// fetch puts a secret that is in a file into its variable. What is said twice is refused: nobody could tell which counts.
func (w wrongs) fetch(name string) {
	path, variable := strings.TrimSpace(os.Getenv(name+"_FILE")), name+"_FILE"
	if credential := inCredentials(name); credential != "" {
		if path != "" {
			w.add(variable, "set, but systemd's credentials have %s too; leave one of them out", filepath.Base(credential))
			return
		}
		path, variable = credential, name
	}
	if path == "" {
		return
	}
	if os.Getenv(name) != "" {
		w.add(name, "set, but %s has it too; leave one of them out", named(path))
		return
	}
	text, problem := readSecret(path)
	if problem != "" {
		w.add(variable, "%s %s", named(path), problem)
		return
	}
	_ = os.Setenv(name, text)
}

// inCredentials is the file among systemd's credentials that has a secret; empty: there is none.
func inCredentials(name string) string {
	folder := os.Getenv("CREDENTIALS_DIRECTORY")
	if folder == "" {
		return ""
	}
	path := filepath.Join(folder, strings.ReplaceAll(strings.ToLower(name), "_", "-"))
	if _, err := os.Lstat(path); err != nil {
		return ""
	}
	return path
}

// named is a file as it may be shown: what isn't a path may be the secret itself, in the wrong variable.
func named(path string) string {
	if !filepath.IsAbs(path) || strings.Contains(path, "://") {
		return "the file that it names"
	}
	return "the file " + strings.Trim(strconv.Quote(path), `"`)
}

// readSecret reads a file that nobody else may read, and says what is wrong with it.
func readSecret(path string) (text, problem string) {
	file, err := os.OpenFile(path, os.O_RDONLY|nonblocking, 0) // a pipe would be waited for
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", "doesn't exist; correct the path"
	case errors.Is(err, fs.ErrPermission):
		return "", "can't be read by the user as whom the bot runs; give it that file (chown)"
	case err != nil:
		return "", "can't be read (" + errors.Unwrap(err).Error() + "); correct the path"
	}
	defer func() { _ = file.Close() }()
	about, err := file.Stat()
	switch {
	case err != nil:
		return "", "can't be read"
	case !about.Mode().IsRegular():
		return "", "isn't a file with a secret in it; correct the path"
	case about.Mode().Perm()&0o007 != 0:
		return "", "can be read or written by every user of the machine; take that from others (chmod o=)"
	}
	raw, err := io.ReadAll(io.LimitReader(file, maxSecret+1))
	text = strings.TrimSpace(strings.TrimPrefix(string(raw), "\ufeff")) // which some editors put in front
	switch {
	case err != nil:
		return "", "can't be read"
	case text == "":
		return "", "is empty; write the secret into it"
	case len(raw) > maxSecret:
		return "", "is too long for a secret; correct the path"
	case strings.ContainsAny(text, "\n\r\x00"):
		return "", "has more than one line in it; write the secret alone"
	}
	return text, ""
}
