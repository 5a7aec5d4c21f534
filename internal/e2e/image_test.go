package e2e

import (
	"bytes"
	"context"
	"debug/elf"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// The image is tried without a container engine: its build command is run here, and the program it makes is started
// in a folder that holds what the last stage holds.

// image is a folder with the last stage's files, and what else the Dockerfile says of it.
type image struct {
	root string
	user uint32
	env  map[string]string
}

func buildImage(t *testing.T) image {
	t.Helper()
	if os.Getuid() != 0 {
		skip(t, "only root can change its root folder")
	}
	text, err := os.ReadFile(filepath.Join(module, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	stage := string(text[bytes.LastIndex(text, []byte("\nFROM ")):])
	root := t.TempDir()
	make := exec.CommandContext(t.Context(), "sh", "-ec", strings.ReplaceAll(directive(t, string(text), "RUN (.*go build.*)")[1], "/out/", root+"/"))
	make.Dir = module
	make.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false") // what "git status" says is no matter here
	if output, err := make.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", make, err, output)
	}
	user, err := strconv.ParseUint(directive(t, stage, `USER (\d+):\d+`)[1], 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	// The first stage's folder, copied with its owner.
	data := directive(t, stage, `COPY --from=build --chown=`+strconv.FormatUint(user, 10)+`:\d+ /out(/\S+) (/\S+)`)
	if volume := directive(t, stage, `VOLUME (/\S+)`)[1]; volume != data[2] {
		t.Errorf("the volume %s is not the folder %s that the user owns", volume, data[2])
	}
	folder := filepath.Join(root, data[2])
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(folder, int(user), int(user)); err != nil {
		t.Fatal(err)
	}
	set := directive(t, stage, `ENV (\w+)=(\S+)`)
	if entry := directive(t, stage, `ENTRYPOINT \["(.+)"\]`)[1]; entry != "/invitebot" {
		t.Errorf("the entry point is %s", entry)
	}
	return image{root, uint32(user), map[string]string{set[1]: set[2]}}
}

// directive finds a directive of a Dockerfile.
func directive(t *testing.T, dockerfile, pattern string) []string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^` + pattern + `$`).FindStringSubmatch(dockerfile)
	if found == nil {
		t.Fatalf("the Dockerfile has no %s", pattern)
	}
	return found
}

// command starts the program in the image: nothing else is there, and it isn't root.
func (i image) command(ctx context.Context, env map[string]string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	var output bytes.Buffer
	cmd := exec.CommandContext(ctx, "/invitebot", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = "/", &output, &output
	cmd.Env = append(environment(i.env), environment(env)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: i.root, Credential: &syscall.Credential{Uid: i.user, Gid: i.user}}
	return cmd, &output
}

func TestImage(t *testing.T) {
	t.Parallel()
	i := buildImage(t)
	t.Run("is static", func(t *testing.T) {
		file, err := elf.Open(filepath.Join(i.root, "invitebot"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		for _, p := range file.Progs {
			if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
				t.Errorf("it has a segment %v", p.Type)
			}
		}
	})
	// A template engine looks methods up by name, so with one in the program the linker keeps every method of every type:
	// 5 MB more, a mebibyte of them in memory.
	t.Run("carries no template engine", func(t *testing.T) {
		symbols, err := exec.CommandContext(t.Context(), "go", "tool", "nm", program).Output()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(symbols, []byte("text/template.(*state)")) {
			t.Error("it does")
		}
	})
	t.Run("has a version", func(t *testing.T) {
		cmd, output := i.command(t.Context(), nil, "version")
		if err := cmd.Run(); err != nil || !strings.HasPrefix(output.String(), "invitebot ") {
			t.Errorf("%v: %s", err, output)
		}
	})
	t.Run("says what to configure", func(t *testing.T) {
		cmd, output := i.command(t.Context(), nil)
		if err := cmd.Run(); cmd.ProcessState.ExitCode() != 2 || !strings.Contains(output.String(), "SLACK_BOT_TOKEN: not set") {
			t.Errorf("%v: %s", err, output)
		}
	})
	t.Run("looks after its health", func(t *testing.T) {
		text, err := os.ReadFile(filepath.Join(module, "Dockerfile"))
		if err != nil {
			t.Fatal(err)
		}
		health := directive(t, string(text), `HEALTHCHECK .*CMD \["/invitebot", "(\w+)"\]`)[1]
		w := newWorld(t, "DATABASE_URL", "sqlite:"+filepath.Join(i.root, "data", "health.db"))
		for _, x := range []struct {
			what    string
			arrange func()
			status  int
			args    []string
			prints  string
		}{
			{"with a bot", w.start, 0, []string{health}, ": started 20"},
			{"a backup", func() {}, 0, []string{"backup", "/data/backup.db"}, "Backed up and verified"},
			{"without one", w.stop, 1, []string{health}, "no bot runs"},
		} {
			x.arrange()
			for _, beside := range []string{"health.db", "health.db-wal", "health.db-shm"} { // as the image's user would have made them
				_ = os.Chown(filepath.Join(i.root, "data", beside), int(i.user), int(i.user))
			}
			cmd, output := i.command(t.Context(), map[string]string{"DATABASE_URL": "sqlite:/data/health.db"}, x.args...)
			if err := cmd.Run(); cmd.ProcessState.ExitCode() != x.status || !strings.Contains(output.String(), x.prints) {
				t.Errorf("%s: %v: %s", x.what, err, output)
			}
		}
	})
	t.Run("keeps its database in the volume", func(t *testing.T) {
		called := make(chan struct{}, 100)
		slack := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			called <- struct{}{}
		}))
		defer slack.Close()
		cmd, output := i.command(t.Context(), configured("SLACK_API_URL", slack.URL))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case <-called:
		case err := <-ended:
			t.Fatalf("ended at the start: %v\n%s", err, output)
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err != nil {
			t.Errorf("after SIGTERM: %v\n%s", err, output)
		}
		if _, err := os.Stat(filepath.Join(i.root, "data", "invitebot.db")); err != nil {
			t.Error(err)
		}
	})
}
