package e2e

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/invitebot/invitebot/internal/checkup"
)

// What those who operate the bot read where LANGUAGE says zh-CN.

// TestCheckInChinese: each misconfiguration is named in Chinese, and by what a program tells it by it reads the same.
func TestCheckInChinese(t *testing.T) {
	t.Parallel()
	for name, x := range misconfigurations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, found := x.world(t, "LANGUAGE", "zh-CN").checked()
			if status == 2 != (x.result == checkup.Failed) {
				t.Errorf("the exit status is %d", status)
			}
			named := func(f checkup.Told) bool { return f.Result == x.result && f.Variable == x.variable }
			if !slices.ContainsFunc(found, named) {
				t.Errorf("it has %+v\nwant %s %s", found, x.result, x.variable)
			}
			for _, f := range found {
				if hasHan(f.Check) {
					t.Errorf("a program would look for %q", f.Check)
				}
				expectChinese(t, f.What)
				if f.Remedy != "" {
					expectChinese(t, f.Remedy)
				}
			}
		})
	}
}

func hasHan(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

var (
	english = regexp.MustCompile(`\b[a-z']+ [a-z']+ [a-z']+\b`)
	// others are those whose words are shown as they are: the system, SQLite, a proxy, Slack's double; and what is to be typed.
	others = regexp.MustCompile(`"[^"]*"|openssl rand -base64|address already in use|cannot assign requested address|file is not a database|context deadline exceeded|` +
		`slack server error|sslmode is invalid`)
)

// expectChinese says where text isn't Chinese, or has English in it that is the program's own.
func expectChinese(t *testing.T, text string) {
	t.Helper()
	if left := english.FindString(others.ReplaceAllString(text, "…")); left != "" || !hasHan(text) {
		t.Errorf("%q isn't Chinese (%s)", text, left)
	}
}

// TestCheckForPeopleInChinese prints lines that a person can read, one below the other.
func TestCheckForPeopleInChinese(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "APPROVAL_CHANNEL", general, "LANGUAGE", "zh_CN.UTF-8")
	e := invoke(t, w.env, "check")
	for _, line := range []string{
		"失败     审批频道           APPROVAL_CHANNEL：机器人不是 #general（" + general + "）的成员\n" +
			"                            请在该频道输入：/invite @ 加机器人的名称\n",
		"警告     配置               LEDGER_KEY：未设置", "通过     Socket Mode        已成功打开连接并关闭\n", " 项通过，1 项警告，1 项失败\n",
	} {
		if !strings.Contains(e.out, line) {
			t.Errorf("%q isn't in\n%s", line, e.out)
		}
	}
}

// TestAStartRefusesInChinese: what must be put right is said on standard error as check says it.
func TestAStartRefusesInChinese(t *testing.T) {
	t.Parallel()
	for want, env := range map[string]map[string]string{
		"配置有误，请更正：\n  APPROVERS：未设置；请填写：谁可以审批":            configured("APPROVERS", ""),
		"配置有误，请更正：\n  SLACK_APP_TOKEN：这是机器人令牌（xoxb-…）":    configured("SLACK_APP_TOKEN", aBotToken),
		"配置有误，请更正：\n  DATABASE_URL：本程序不支持这种数据库；请填写：单个进程用": configured("DATABASE_URL", "mysql://x"),
	} {
		env["LANGUAGE"] = "zh-CN"
		e := invoke(t, env)
		if e.status != 2 || !strings.HasPrefix(e.errors, "invitebot: "+want) {
			t.Errorf("exit status %d, %q\nwant %q", e.status, e.errors, want)
		}
		for line := range strings.Lines(e.errors) {
			expectChinese(t, line)
		}
	}
}

// commandNames are all there are.
var commandNames = []string{"", "run", "check", "status", "audit", "audit verify", "demo", "backup", "copy", "reopen", "rekey", "version"}

// TestHelpInChinese: each command explains itself, and the table of variables, in Chinese; in English where LANGUAGE names no language of the program's.
func TestHelpInChinese(t *testing.T) {
	t.Parallel()
	for _, name := range commandNames {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append(strings.Fields(name), "--help")
			e := invoke(t, map[string]string{"LANGUAGE": "zh-CN"}, args...)
			if e.status != 0 || e.errors != "" {
				t.Errorf("exit status %d, standard error %q", e.status, e.errors)
			}
			for paragraph := range strings.SplitSeq(e.out, "\n\n") {
				expectChinese(t, strings.ReplaceAll(paragraph, "invitebot "+name, "invitebot"))
			}
			inEnglish := invoke(t, nil, args...)
			if hasHan(inEnglish.out) || inEnglish.out != invoke(t, map[string]string{"LANGUAGE": "de"}, args...).out {
				t.Errorf("without LANGUAGE it says\n%s", inEnglish.out)
			}
		})
	}
}

func TestMistypedInChinese(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"audti":        `没有 "audti" 这个命令`,
		"run now":      `run：多余的参数 "now"`,
		"audit twelve": `audit："twelve" 不是申请编号`,
		"reopen":       "reopen：请指定已迁移的数据库",
	} {
		e := invoke(t, configured("LANGUAGE", "zh-CN"), strings.Fields(args)...)
		see := "invitebot --help"
		if command, _, ok := strings.Cut(want, "："); ok {
			see = "invitebot " + command + " --help"
		}
		if e.status != 2 || e.errors != "invitebot: "+want+"\n运行 \""+see+"\" 可查看用法。\n" {
			t.Errorf("%s: exit status %d, %q", args, e.status, e.errors)
		}
	}
}
