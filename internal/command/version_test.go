package command

import (
	"bytes"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReleaseOf(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ module, want string }{
		"a release":            {"v1.2.3", "1.2.3"},
		"before a release":     {"v1.2.3-rc.1", "1.2.3-rc.1"},
		"not committed":        {"v1.2.3+dirty", nextVersion},
		"no release yet":       {"v0.0.0-20261122211941-122f2ed0a1b2", nextVersion},
		"after a release":      {"v1.2.4-0.20261122211941-122f2ed0a1b2", nextVersion},
		"after a candidate":    {"v1.2.3-rc.1.0.20261122211941-122f2ed0a1b2", nextVersion},
		"without git":          {"(devel)", nextVersion},
		"a test":               {"", nextVersion},
		"after it, and edited": {"v1.2.4-0.20261122211941-122f2ed0a1b2+dirty", nextVersion},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := releaseOf(tt.module); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestBuildOf(t *testing.T) {
	t.Parallel()
	full := &debug.BuildInfo{
		GoVersion: "go1.26.8",
		Main:      debug.Module{Version: "v1.2.3"},
		Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: "122f2ed"},
			{Key: "vcs.time", Value: "2026-11-22T21:19:41Z"},
			{Key: "vcs.modified", Value: "true"},
		},
		Deps: []*debug.Module{
			{Path: "example.com/a", Version: "v1.0.0", Sum: "h1:a="},
			{Path: "example.com/b", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/c", Version: "v2.0.0"}},
		},
	}
	want := build{
		Version: "1.2.3", Commit: "122f2ed", CommitTime: "2026-11-22T21:19:41Z", Dirty: true,
		Go: "go1.26.8", OS: runtime.GOOS, Arch: runtime.GOARCH,
		Dependencies: []dependency{{"example.com/a", "v1.0.0", "h1:a="}, {"example.com/c", "v2.0.0", ""}},
	}
	if diff := cmp.Diff(want, buildOf(full)); diff != "" {
		t.Error(diff)
	}
	var text bytes.Buffer
	if err := writeVersion(&text, want); err != nil {
		t.Fatal(err)
	}
	platform := runtime.GOOS + "/" + runtime.GOARCH
	line := "clusterctl 1.2.3 (commit 122f2ed, dirty, go1.26.8, " + platform + ")\n\nwith\n  example.com/a v1.0.0\n  example.com/c v2.0.0\n"
	if diff := cmp.Diff(line, text.String()); diff != "" {
		t.Error(diff)
	}
}

func TestABuildThatSaysNothing(t *testing.T) {
	t.Parallel()
	want := build{
		Version: nextVersion, Commit: "unknown", Go: "go1.26", OS: runtime.GOOS, Arch: runtime.GOARCH,
		Dependencies: []dependency{},
	}
	if diff := cmp.Diff(want, buildOf(&debug.BuildInfo{GoVersion: "go1.26"})); diff != "" {
		t.Error(diff)
	}
}

// TestLibrariesAreListed checks that the record of libraries has a row for each direct
// dependency, with its version.
func TestLibrariesAreListed(t *testing.T) {
	t.Parallel()
	module, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	record, err := os.ReadFile("../../docs/explanation/adr/0005-libraries.md")
	if err != nil {
		t.Fatal(err)
	}
	direct, _, _ := strings.Cut(string(module), ")")
	required := regexp.MustCompile(`(?m)^\t(\S+) (v\S+)$`).FindAllStringSubmatch(direct, -1)
	if len(required) == 0 {
		t.Error("no direct dependency")
	}
	for _, r := range required {
		row := regexp.MustCompile("(?m)^\\| `" + regexp.QuoteMeta(r[1]) + "`.* \\| " + regexp.QuoteMeta(r[2]) + " \\|")
		if !row.Match(record) {
			t.Errorf("no row of %s %s", r[1], r[2])
		}
	}
}
