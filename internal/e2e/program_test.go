package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"
)

// module is the program's folder.
const module = "../.."

// program is the path of the built program, which is what the tests in this folder run.
var program string

func TestMain(m *testing.M) { os.Exit(withProgram(m.Run)) }

func withProgram(run func() int) int {
	dir, err := os.MkdirTemp("", "invitebot")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "invitebot")
	build := exec.Command("go", "build", "-buildvcs=false", "-race="+buildSetting("-race", "false"), "-o", program, module)
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, output)
		return 1
	}
	return run()
}

// buildSetting is how this test itself was built: under the race detector the program runs under it too.
func buildSetting(key, otherwise string) string {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return otherwise
}

// skip skips a test for which this machine lacks something, except where nothing may be skipped.
func skip(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("INVITEBOT_NO_SKIP") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// ended is what a run of the program left.
type ended struct {
	status      int
	out, errors string
}

// invoke runs the program to its end, in an empty folder, with this environment and no other.
func invoke(t *testing.T, env map[string]string, args ...string) ended {
	t.Helper()
	cmd := finite(t, args...)
	cmd.Dir = t.TempDir()
	return runToItsEnd(t, cmd, env)
}

// finite runs the program for a minute at most: one that should end, and doesn't, holds up no other test.
func finite(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, program, args...)
}

func runToItsEnd(t *testing.T, cmd *exec.Cmd, env map[string]string) ended {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = environment(env), &out, &errs
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	}
	return ended{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

func environment(variables map[string]string) []string {
	env := []string{} // not nil, which would be the environment of the test
	for name, value := range variables {
		env = append(env, name+"="+value)
	}
	return env
}
