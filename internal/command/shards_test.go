package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/testkit/wire"
)

// manySandboxes is the directory of a project of forty sandboxes, one of them without its file.
type manySandboxes struct{ dir string }

func newManySandboxes(t *testing.T) manySandboxes {
	t.Helper()
	m := manySandboxes{t.TempDir()}
	text := "version: 1\ndefaults: {files: [common.yaml], labels: {stage: test}}\ntenants:\n"
	for i := range 40 {
		files := ""
		switch i {
		case 7:
			files = ", files: [missing.yaml]"
		case 8:
			files = ", files: [invalid.yaml]"
		case 9:
			files = ", files: [blocked.yaml]"
		}
		text += fmt.Sprintf("  tenant-%02d: {tenant: org-%02d, sandbox: state/%02d, vars: {N: \"%d\"}%s}\n", i, i, i, i, files)
	}
	for name, content := range map[string]string{
		"clusterctl.yaml": text,
		"common.yaml":     "version: 1\nclusters:\n  - {name: 'va-${N}', type: idn, description: 'number ${N}'}\n  - {name: va-odd, type: unheard}\n",
		"invalid.yaml":    "version: 1\nclusters: [{nmae: x}, {name: a, descripton: y}]\n",
		"blocked.yaml":    "version: 1\nclusters: [{name: 'va-${N}', type: idn}, {name: gone, id: nowhere}]\n",
	} {
		wire.WriteFile(t, filepath.Join(m.dir, name), []byte(content))
	}
	return m
}

func (m manySandboxes) run(t *testing.T, line ...string) (code int) {
	t.Helper()
	var out, log bytes.Buffer
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	code = Run(append([]string{"clusterctl"}, line...), Env{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &log, Now: func() time.Time { return at },
		Getenv: func(name string) string {
			return map[string]string{"CLUSTERCTL_STATE_DIR": filepath.Join(m.dir, "receipts")}[name]
		},
	})
	if code == exitError && !strings.Contains(log.String(), "tenant-0") {
		t.Fatalf("%s\n%s\n%s", line, &out, &log)
	}
	return code
}

// outputs returns a flag for each format that a command has, with a file of this prefix.
func (m manySandboxes) outputs(command, prefix string) (flags []string) {
	for _, format := range formatsOf(command) {
		flags = append(flags, "--output", format+"="+filepath.Join(m.dir, prefix+"."+format))
	}
	return flags
}

func (m manySandboxes) read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(m.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestMergedShardsAreOneRun runs each command over forty tenants, at once and in four shards. The
// merged reports equal that of one run in every format, and so does the exit code.
func TestMergedShardsAreOneRun(t *testing.T) {
	t.Parallel()
	m := newManySandboxes(t)
	for _, line := range [][]string{
		{"plan", "--detailed-exitcode"}, {"plan", "--show-unmanaged", "--skip-blocked"}, {"apply", "--auto-approve"},
		{"drift", "--strict"}, {"validate", "--strict"}, {"status"}, {"ping"}, {"export"},
	} {
		common := slices.Concat(line, []string{"-q", "--project", filepath.Join(m.dir, "clusterctl.yaml"), "-t", "*"})
		code := m.run(t, slices.Concat(common, m.outputs(line[0], "whole"))...)
		reports := []string{filepath.Join(m.dir, "whole.json")}
		if line[0] != "apply" && line[0] != "ping" { // they depend on the state and the clock of the tenant
			reports = nil
			for i := 1; i <= 4; i++ {
				path := filepath.Join(m.dir, fmt.Sprintf("shard-%d.json", i))
				m.run(t, slices.Concat(common, []string{"--shard", fmt.Sprintf("%d/4", i), "--output", "json=" + path})...)
				reports = append(reports, path)
			}
		}
		if merged := m.run(t, slices.Concat([]string{"show", "-q"}, m.outputs(line[0], "merged"), reports)...); merged != code {
			t.Errorf("%s: exit code %d, want %d", line, merged, code)
		}
		for _, format := range formatsOf(line[0]) {
			if diff := cmp.Diff(m.read(t, "whole."+format), m.read(t, "merged."+format)); diff != "" {
				t.Errorf("%s, %s: %.4000s", line, format, diff)
			}
		}
	}
}

// TestMergeRefuses checks that no tenant gets lost or counted twice.
func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	m := newManySandboxes(t)
	path := func(name string) string { return filepath.Join(m.dir, name) }
	for i := 1; i <= 3; i++ {
		m.run(t, "validate", "-q", "--project", path("clusterctl.yaml"), "-t", "*", "--shard", fmt.Sprintf("%d/3", i), "-o", fmt.Sprintf("json=%s", path(fmt.Sprint(i))))
	}
	m.run(t, "validate", "-q", "--project", path("clusterctl.yaml"), "-t", "*", "-o", "json="+path("all"))
	m.run(t, "validate", "-q", "--project", path("clusterctl.yaml"), "-t", "tenant-0*", "--shard", "3/3", "-o", "json="+path("fewer"))
	lost := regexp.MustCompile(`(?s)"tenants": \[.*\],\n  "summary"`).ReplaceAllString(m.read(t, "3"), `"tenants": [], "summary"`)
	wire.WriteFile(t, path("lost"), []byte(lost))
	m.run(t, "ping", "-q", "--project", path("clusterctl.yaml"), "-t", "*", "--shard", "1/3", "-o", "json="+path("ping"))
	for _, tc := range []struct {
		reports, want string
	}{
		{"1 2", "error: the report of shard 3/3 is missing"},
		{"3", "error: the report of shard 1/3 is missing"},
		{"1 2 3 3", "error: tenant"},
		{"all 1", "error: tenant"},
		{"ping 2", "is a report of validate, but"},
		{"1 2 common.yaml", "is not a report on tenants"},
		{"1 2 fewer", "error: " + path("1") + " is a shard of other tenants than these reports have"},
		{"1 2 lost", "error: " + path("1") + " is a shard of other tenants than these reports have"},
	} {
		t.Run(tc.reports, func(t *testing.T) {
			t.Parallel()
			line := []string{"clusterctl", "show"}
			for name := range strings.FieldsSeq(tc.reports) {
				line = append(line, path(name))
			}
			var out, log bytes.Buffer
			code := Run(line, Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &log, Now: time.Now, Getenv: func(string) string { return "" }})
			if code != exitError || out.Len() > 0 || !strings.Contains(log.String(), tc.want) {
				t.Errorf("exit code %d, want %q\n%s\n%s", code, tc.want, &out, &log)
			}
		})
	}
}
