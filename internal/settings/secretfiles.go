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

	"github.com/invitebot/invitebot/internal/tongue"
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
			w.add(variable, tongue.Say("set, but systemd's credentials have %s too",
				"已设置，但 systemd 凭证中也有 %s", filepath.Base(credential)), leaveOneOut)
			return
		}
		path, variable = credential, name
	}
	if path == "" {
		return
	}
	if os.Getenv(name) != "" {
		w.add(name, tongue.Say("set, but %s has it too", "已设置，但%s中也有", named(path)), leaveOneOut)
		return
	}
	text, wrong := readSecret(path)
	if wrong != nil {
		w.add(variable, tongue.Say("%s %s", "%s%s", named(path), wrong.what), wrong.remedy)
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

var leaveOneOut = tongue.Say("leave one of them out", "请只保留其中一个")

// named is a file as it may be shown: what isn't a path may be the secret itself, in the wrong variable.
func named(path string) tongue.Text {
	if !filepath.IsAbs(path) || strings.Contains(path, "://") {
		return tongue.Say("the file that it names", "所指定的文件")
	}
	return tongue.Say("the file %s", "文件 %s ", strings.Trim(strconv.Quote(path), `"`))
}

// unreadable is what is wrong with a file, behind its name, and what to do.
type unreadable struct{ what, remedy tongue.Text }

var (
	correctPath = tongue.Say("correct the path", "请更正路径")
	cannotRead  = tongue.Say("can't be read", "无法读取")
)

// readSecret reads a file that nobody else may read, or says what is wrong with it.
func readSecret(path string) (text string, wrong *unreadable) {
	file, err := os.OpenFile(path, os.O_RDONLY|nonblocking, 0) // a pipe would be waited for
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", &unreadable{tongue.Say("doesn't exist", "不存在"), correctPath}
	case errors.Is(err, fs.ErrPermission):
		return "", &unreadable{tongue.Say("can't be read by the user as whom the bot runs", "无法由运行机器人的用户读取"),
			tongue.Say("give it that file (chown)", "请将文件交给该用户（chown）")}
	case err != nil:
		return "", &unreadable{tongue.Say("can't be read (%v)", "无法读取（%v）", errors.Unwrap(err)), correctPath}
	}
	defer func() { _ = file.Close() }()
	about, err := file.Stat()
	switch {
	case err != nil:
		return "", &unreadable{what: cannotRead}
	case !about.Mode().IsRegular():
		return "", &unreadable{tongue.Say("isn't a file with a secret in it", "不是存放机密的文件"), correctPath}
	case about.Mode().Perm()&0o007 != 0:
		return "", &unreadable{tongue.Say("can be read or written by every user of the machine", "可被本机所有用户读写"),
			tongue.Say("take that from others (chmod o=)", "请取消其他用户的权限（chmod o=）")}
	}
	raw, err := io.ReadAll(io.LimitReader(file, maxSecret+1))
	text = strings.TrimSpace(strings.TrimPrefix(string(raw), "\ufeff")) // which some editors put in front
	switch {
	case err != nil:
		return "", &unreadable{what: cannotRead}
	case text == "":
		return "", &unreadable{tongue.Say("is empty", "是空的"), tongue.Say("write the secret into it", "请写入机密")}
	case len(raw) > maxSecret:
		return "", &unreadable{tongue.Say("is too long for a secret", "太大，不像是机密"), correctPath}
	case strings.ContainsAny(text, "\n\r\x00"):
		return "", &unreadable{tongue.Say("has more than one line in it", "有多行内容"), tongue.Say("write the secret alone", "请只写入机密")}
	}
	return text, nil
}
