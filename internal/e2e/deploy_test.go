package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// What stands in deploy/ is tried as far as it can be without what it is for: no container engine, no cluster, and no systemd that
// runs. What it says of the program is held against the program.

// deployed reads a file of deploy/.
func deployed(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(module, "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// documents are a file's YAML documents; a key that comes twice is an error.
func documents(t *testing.T, name string) (all []map[string]any) {
	t.Helper()
	d := yaml.NewDecoder(strings.NewReader(deployed(t, name)))
	for {
		var one map[string]any
		err := d.Decode(&one)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, one)
	}
}

// within follows keys, and numbers of list entries, into what YAML or JSON has; nil where there is nothing.
func within(v any, path ...any) any {
	for _, step := range path {
		switch key := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[key]
		case int:
			l, _ := v.([]any)
			if key >= len(l) {
				return nil
			}
			v = l[key]
		}
	}
	return v
}

// TestVariablesOfDeploy are ones that the program has.
func TestVariablesOfDeploy(t *testing.T) {
	t.Parallel()
	help := invoke(t, nil, "run", "--help").out
	known := func(name string) bool {
		return name == "CREDENTIALS_DIRECTORY" || name == "GOMEMLIMIT" || strings.HasPrefix(name, "POSTGRES_") || strings.Contains(help, "  "+name+" ")
	}
	for file, pattern := range map[string]string{
		"invitebot.service": `(?m)(?:^Environment=|[ ])([A-Z]+_[A-Z_]+)=`,
		"compose.yaml":      `(?m)^ +([A-Z]+_[A-Z_]+):`,
		"kubernetes.yaml":   `(?m)(?:name: |^  )([A-Z]+_[A-Z_]+)[,:]`,
	} {
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(deployed(t, file), -1)
		if len(found) < 2 {
			t.Errorf("%s sets %q", file, found)
		}
		for _, name := range found {
			if !known(name[1]) {
				t.Errorf("%s sets %s, which the program doesn't have", file, name[1])
			}
		}
	}
	for _, name := range regexp.MustCompile(`LoadCredential=([a-z-]+):`).FindAllStringSubmatch(deployed(t, "invitebot.service"), -1) {
		if variable := strings.ToUpper(strings.ReplaceAll(name[1], "-", "_")); !known(variable) {
			t.Errorf("the unit loads %s, and there is no %s", name[1], variable)
		}
	}
}

// TestUnit: systemd takes it, and finds it hardened.
func TestUnit(t *testing.T) {
	t.Parallel()
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		skip(t, "systemd-analyze isn't there: apt-get install systemd")
	}
	unit := filepath.Join(t.TempDir(), "invitebot.service")
	text := strings.ReplaceAll(deployed(t, "invitebot.service"), "/usr/local/bin/invitebot", program)
	if err := os.WriteFile(unit, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"verify", "--man=no", unit}, {"security", "--offline=true", "--threshold=15", "--no-pager", unit}} { // an exposure of 1.5
		output, err := exec.CommandContext(t.Context(), analyze, args...).CombinedOutput()
		if err != nil || args[0] == "verify" && strings.Contains(string(output), "invitebot.service") {
			t.Errorf("systemd-analyze %s: %v\n%s", args[0], err, output)
		}
	}
	for _, line := range []string{"Type=notify", "RestartPreventExitStatus=2", "WatchdogSec=", "LoadCredential=ledger-key:"} {
		if !strings.Contains(text, "\n"+line) {
			t.Errorf("the unit has no %s", line)
		}
	}
}

func TestComposeFile(t *testing.T) {
	t.Parallel()
	c := documents(t, "compose.yaml")[0]
	bot := within(c, "services", "invitebot")
	for _, x := range []struct {
		path []any
		want any
	}{
		{[]any{"deploy", "replicas"}, 2},
		{[]any{"read_only"}, true},
		{[]any{"environment", "DATABASE_URL"}, ""}, // the image has one, and a secret that is given twice is refused
		{[]any{"cap_drop", 0}, "ALL"},
		{[]any{"healthcheck", "test", 1}, "/invitebot"},
		{[]any{"healthcheck", "test", 2}, "status"},
		{[]any{"restart"}, "on-failure"},
		{[]any{"depends_on", "db", "condition"}, "service_healthy"},
	} {
		if got := within(bot, x.path...); got != x.want {
			t.Errorf("%v is %v, want %v", x.path, got, x.want)
		}
	}
	for _, name := range within(bot, "secrets").([]any) {
		if within(c, "secrets", name) == nil {
			t.Errorf("the secret %v is nowhere", name)
		}
	}
}

func TestKubernetesManifests(t *testing.T) {
	t.Parallel()
	var kinds []string
	for _, d := range documents(t, "kubernetes.yaml") {
		kinds = append(kinds, within(d, "kind").(string))
		if within(d, "kind") != "Deployment" {
			continue
		}
		container := within(d, "spec", "template", "spec", "containers", 0)
		for _, x := range []struct {
			of   any
			path []any
			want any
		}{
			{d, []any{"spec", "replicas"}, 2},
			{d, []any{"spec", "template", "spec", "securityContext", "runAsNonRoot"}, true},
			{d, []any{"spec", "template", "spec", "automountServiceAccountToken"}, false},
			{d, []any{"spec", "template", "spec", "volumes", 0, "secret", "defaultMode"}, 0o440}, // the bot refuses secrets for everybody
			{container, []any{"securityContext", "readOnlyRootFilesystem"}, true},
			{container, []any{"env", 1, "name"}, "DATABASE_URL"}, // the image has one, and a secret that is given twice is refused
			{container, []any{"env", 1, "value"}, ""},
			{container, []any{"securityContext", "allowPrivilegeEscalation"}, false},
			{container, []any{"livenessProbe", "httpGet", "path"}, "/healthz"},
			{container, []any{"readinessProbe", "httpGet", "path"}, "/readyz"},
		} {
			if got := within(x.of, x.path...); got != x.want {
				t.Errorf("%v is %v, want %v", x.path, got, x.want)
			}
		}
		if within(d, "spec", "selector", "matchLabels", "app.kubernetes.io/name") != within(d, "spec", "template", "metadata", "labels", "app.kubernetes.io/name") {
			t.Error("the deployment doesn't select its pods")
		}
	}
	if want := []string{"ConfigMap", "Deployment", "PodDisruptionBudget"}; !slices.Equal(kinds, want) {
		t.Errorf("it has %q, want %q", kinds, want)
	}
}

// TestRulesAndDashboard ask only for figures that the program has, with the labels that those have.
func TestRulesAndDashboard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "HTTP_ADDR", "127.0.0.1:0")
	w.start()
	w.ask(alice, "100012345678 Alice")
	w.click(ann, w.card(1), "approve")
	w.await("the outcome", func() bool { return w.finished(1) })
	w.until("/readyz", 200)
	_, figures := w.get("/metrics")
	var expressions []string
	for _, d := range documents(t, "prometheus/alerts.yml") {
		for _, r := range within(d, "groups", 0, "rules").([]any) {
			expressions = append(expressions, within(r, "expr").(string))
			if within(r, "alert") == nil || within(r, "annotations", "summary") == nil || within(r, "labels", "severity") == nil {
				t.Errorf("a rule lacks something: %v", r)
			}
		}
	}
	var dashboard any
	if err := json.Unmarshal([]byte(deployed(t, "grafana/invitebot.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	for _, p := range within(dashboard, "panels").([]any) {
		for _, target := range within(p, "targets").([]any) {
			expressions = append(expressions, within(target, "expr").(string))
		}
	}
	if len(expressions) < 25 {
		t.Errorf("there are %d expressions", len(expressions))
	}
	asked := regexp.MustCompile(`(invitebot_\w+)(?:\{([^}]*)\})?`)
	label := regexp.MustCompile(`(\w+)=~?"([^"]*)"`)
	for _, e := range expressions {
		for _, name := range asked.FindAllStringSubmatch(e, -1) {
			lines := regexp.MustCompile(`(?m)^`+name[1]+`(\{.*\})? `).FindAllString(figures, -1)
			if len(lines) == 0 {
				t.Errorf("%s isn't at /metrics: %s", name[1], e)
			}
			for _, l := range label.FindAllStringSubmatch(name[2], -1) {
				if !strings.Contains(strings.Join(lines, ""), l[1]+`="`) || l[1] == "work" && !strings.Contains(strings.Join(lines, ""), l[0]) {
					t.Errorf("%s has no %s: %s", name[1], l[0], e)
				}
			}
		}
		by := regexp.MustCompile(`by \(([\w, ]+)\) \(`).FindStringSubmatch(e)
		if by == nil {
			continue
		}
		for name := range strings.SplitSeq(by[1], ", ") {
			if name != "le" && name != "instance" && !strings.Contains(figures, name+`="`) {
				t.Errorf("no figure has the label %s: %s", name, e)
			}
		}
	}
	if n := bytes.Count([]byte(figures), []byte("\n# TYPE ")) + 1; n > 20 {
		t.Errorf("there are %d figures: about a dozen are looked at", n)
	}
}
