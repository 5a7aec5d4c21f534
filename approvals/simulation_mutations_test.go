package approvals

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestMutations breaks the code on purpose, once by each patch in testdata/mutations, and sees to it that the
// simulation notices, or that of the bot (package bot) where a patch is its matter: go test ./approvals -run Mutations -mutations -v -timeout 1h
var (
	mutations = flag.Bool("mutations", false, "break the code on purpose, and see whether the simulation notices")
	mutant    = flag.String("mutation", "", "only those whose names begin so; a glob pattern")
)

// enough seeds to notice any of them: most take fewer than a hundred, the rarest has taken 15,308.
const enough = 50000

func TestMutations(t *testing.T) {
	if !*mutations {
		t.Skip("takes minutes; run it with -mutations")
	}
	patches, err := filepath.Glob(filepath.Join("testdata", "mutations", *mutant+"*.patch"))
	if err != nil || len(patches) == 0 {
		t.Fatalf("no patches: %v", err)
	}
	for _, patch := range patches {
		t.Run(strings.TrimSuffix(filepath.Base(patch), ".patch"), func(t *testing.T) { isNoticed(t, patch) })
	}
}

// TestMutationsApply: each patch fits the code as it is, and what is copied to try them has all that it needs.
func TestMutationsApply(t *testing.T) {
	patches, err := filepath.Glob(filepath.Join("testdata", "mutations", "*.patch"))
	if err != nil || len(patches) == 0 {
		t.Fatalf("no patches: %v", err)
	}
	module := copyModule(t)
	for _, patch := range patches {
		description, err := os.ReadFile(patch)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := command(t, module, bytes.NewReader(description), "git", "apply", "--check", "-"); err != nil {
			t.Errorf("%s: %v\n%s", patch, err, out)
		}
	}
	if out, err := command(t, module, nil, "go", "list", "-deps", "-test", "./approvals", "./bot"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func isNoticed(t *testing.T, patch string) {
	description, err := os.ReadFile(patch)
	if err != nil {
		t.Fatal(err)
	}
	module := copyModule(t)
	if out, err := command(t, module, bytes.NewReader(description), "git", "apply", "-"); err != nil {
		t.Fatalf("the patch no longer applies: %v\n%s", err, out)
	}
	if test := namedIn.FindSubmatch(description); test != nil {
		out, err := command(t, module, nil, "go", "test", "./approvals", "-vet=off", "-run", "^"+string(test[1])+"$")
		if err == nil || !strings.Contains(out, "--- FAIL: "+string(test[1])) {
			t.Fatalf("%s doesn't notice this: %v\n%s", test[1], err, out)
		}
		return
	}
	began := time.Now()
	room, which := "./approvals", "^TestSimulation$"
	switch kind, _, _ := strings.Cut(filepath.Base(patch), "-"); kind {
	case "bot":
		room = "./bot"
	case "edits":
		which = "^TestSimulationOfEdits$"
	case "restores":
		which = "^TestSimulationOfRestores$"
	}
	out, err := command(t, module, nil, "go", "test", room, "-vet=off", "-run", which,
		"-seeds", strconv.Itoa(enough), "-failures", "1", "-timeout", "1h")
	seed, promise := brokenBy(out)
	if err == nil || seed == 0 {
		t.Fatalf("nothing noticed this in %d seeds: %v\n%s", enough, err, out)
	}
	why, _, _ := strings.Cut(string(description), "\n")
	t.Logf("| %s | %d | %s | %.0f s", why, seed, promise, time.Since(began).Seconds())
}

// namedIn finds the test that notices a patch which takes the simulation more than enough seeds.
var namedIn = regexp.MustCompile(`(?m)^Noticed by (Test\w+)\.$`)

var broken = regexp.MustCompile(`seed (\d+) breaks a promise: (.*)`)

func brokenBy(out string) (seed int, promise string) {
	found := broken.FindStringSubmatch(out)
	if found == nil {
		return 0, ""
	}
	seed, _ = strconv.Atoi(found[1])
	return seed, found[2]
}

// copyModule copies what the simulations need to be built.
func copyModule(t *testing.T) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range []string{"approvals", "bot", "invite", "internal/checkup", "internal/tongue"} {
		if err := os.CopyFS(filepath.Join(to, name), os.DirFS(filepath.Join("..", name))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join("..", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func command(t *testing.T, dir string, in *bytes.Reader, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), name, args...)
	cmd.Dir = dir
	if in != nil {
		cmd.Stdin = in
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return string(out), err
}
