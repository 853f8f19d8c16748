package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// root is the module's directory, seen from this package.
const root = "../.."

func TestImportsFollowTheTable(t *testing.T) {
	t.Parallel()
	for _, violation := range check(list(t)) {
		t.Error(violation)
	}
}

// TestContributingNamesThePackages checks that CONTRIBUTING.md names every package, except
// those below testkit.
func TestContributingNamesThePackages(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list(t) {
		if _, isInternal := strings.CutPrefix(p.name(), "internal/"); !isInternal || strings.HasPrefix(p.name(), testkit) {
			continue
		}
		if base := path.Base(p.name()); !regexp.MustCompile("`([a-z]+/)*" + base + "`").Match(page) {
			t.Errorf("CONTRIBUTING.md does not name %s", p.name())
		}
	}
}

func TestPurePackagesDoNotReadTheClock(t *testing.T) {
	t.Parallel()
	missing := pure()
	for _, p := range list(t) {
		missing = slices.DeleteFunc(missing, func(name string) bool { return name == p.name() })
		if !p.isPure() {
			continue
		}
		for _, file := range p.GoFiles {
			found, err := clockReads(filepath.Join(p.Dir, file), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, read := range found {
				t.Error(read)
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("there is no %v", missing)
	}
}

// list asks the go command for the packages of the module.
func list(t *testing.T) []pkg {
	t.Helper()
	lookAtEverything(t)
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,GoFiles,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = root
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var packages []pkg
	for dec := json.NewDecoder(&stdout); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
}

// lookAtEverything visits the module's directories. The go command repeats a
// cached result for as long as what the test itself looked at is the same, and
// knows nothing of what go list, or another program, reads.
func lookAtEverything(t *testing.T) {
	t.Helper()
	for _, dir := range []string{"cmd", "internal", "scripts"} {
		if err := filepath.WalkDir(filepath.Join(root, dir), func(_ string, _ fs.DirEntry, err error) error { return err }); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCheckFindsViolations(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		edit func(graph map[string]*pkg)
		want []string
	}{
		{"nothing wrong", func(map[string]*pkg) {}, nil},
		{
			"outside the table",
			func(g map[string]*pkg) { g["internal/desired"].imports("clusterctl/internal/planner") },
			[]string{"internal/desired: imports internal/planner, which the table does not allow"},
		},
		{
			"the command imports all but itself and the rules",
			func(g map[string]*pkg) { g[command].imports("clusterctl/internal/sandbox", "clusterctl/internal/arch") },
			[]string{"internal/command: imports internal/arch, which the table does not allow"},
		},
		{
			"a package that nobody knows",
			func(g map[string]*pkg) { g["internal/util"] = &pkg{ImportPath: "clusterctl/internal/util"} },
			[]string{"internal/util: is not in the table of packages"},
		},
		{
			"a package that is gone",
			func(g map[string]*pkg) { delete(g, "internal/report") },
			[]string{"internal/report: is in the table of packages, but does not exist"},
		},
		{
			"the client imports the sandbox",
			func(g map[string]*pkg) { g["internal/remote"].imports("clusterctl/internal/sandbox") },
			[]string{"internal/remote: imports internal/sandbox, which the table does not allow"},
		},
		{
			"its tests may",
			func(g map[string]*pkg) {
				g["internal/remote"].TestImports = []string{"clusterctl/internal/sandbox"}
				g["internal/remote"].XTestImports = []string{"clusterctl/internal/remote", "clusterctl/internal/sandbox"}
			},
			nil,
		},
		{
			"the sandbox never imports the client",
			func(g map[string]*pkg) {
				g["internal/sandbox"].imports("clusterctl/internal/remote")
				g["internal/sandbox"].XTestImports = []string{"clusterctl/internal/remote"}
			},
			[]string{
				"internal/sandbox: imports internal/remote, which the table does not allow",
				"internal/sandbox: its tests import internal/remote, which the table does not allow",
			},
		},
		{
			"the planner is pure",
			func(g map[string]*pkg) {
				g["internal/planner"].imports("context", "os/exec", "net/http", "net/url", "log/slog", "time")
			},
			[]string{
				"internal/planner: imports context, but is pure",
				"internal/planner: imports log/slog, but is pure",
				"internal/planner: imports net/http, but is pure",
				"internal/planner: imports os/exec, but is pure",
			},
		},
		{
			"so is whatever else follows from its input",
			func(g map[string]*pkg) {
				for _, name := range pure() {
					g[name].imports("os")
				}
				g["internal/report/html"].imports("time", "net/http/httptest")
				g["internal/remote"].imports("os")
			},
			[]string{
				"internal/compare: imports os, but is pure", "internal/drift: imports os, but is pure",
				"internal/planner: imports os, but is pure",
				"internal/policy: imports os, but is pure",
				"internal/report/html: imports net/http/httptest, but is pure",
				"internal/report: imports os, but is pure",
				"internal/rules: imports os, but is pure",
				"internal/undo: imports os, but is pure",
			},
		},
		{
			"a library that belongs to another package",
			func(g map[string]*pkg) {
				g["internal/report"].imports("gopkg.in/yaml.v3")
				g["internal/planner"].TestImports = []string{"github.com/wI2L/jsondiff"}
				g["internal/sandbox"].imports("github.com/evanphx/json-patch/v5")
				g["internal/desired"].imports("gopkg.in/yaml.v3")
				g[command].imports("github.com/urfave/cli/v2")
			},
			[]string{
				"internal/command: imports github.com/urfave/cli/v2, which only internal/cli may",
				"internal/planner: imports github.com/wI2L/jsondiff, which only internal/jsonpatch may",
				"internal/report: imports gopkg.in/yaml.v3, which only internal/desired may",
				"internal/sandbox: imports github.com/evanphx/json-patch/v5, which only internal/jsonpatch may",
			},
		},
		{
			"a library for tests",
			func(g map[string]*pkg) {
				g["internal/report"].imports("github.com/google/go-cmp/cmp", "github.com/rogpeppe/go-internal/testscript")
				g["internal/remote"].imports("go.uber.org/goleak", "pgregory.net/rapid")
				g["internal/desired"].TestImports = []string{"github.com/google/go-cmp/cmp"}
			},
			[]string{
				"internal/remote: imports go.uber.org/goleak, which only tests may",
				"internal/remote: imports pgregory.net/rapid, which only tests may",
				"internal/report: imports github.com/google/go-cmp/cmp, which only tests may",
				"internal/report: imports github.com/rogpeppe/go-internal/testscript, which only tests may",
			},
		},
		{
			"a helper for tests",
			func(g map[string]*pkg) {
				g[command].imports("clusterctl/internal/testkit/pipelines")
				g[command].XTestImports = []string{"clusterctl/internal/testkit/docstest"}
				g["internal/remote"].TestImports = []string{"clusterctl/internal/testkit/docstest"}
			},
			[]string{
				"internal/command: imports clusterctl/internal/testkit/pipelines, which only tests may",
				"internal/remote: its tests import internal/testkit/docstest, which the table does not allow",
			},
		},
		{
			"the standard library only",
			func(g map[string]*pkg) { g["internal/api"].imports("net/http", "golang.org/x/oauth2") },
			[]string{"internal/api: imports golang.org/x/oauth2, but may import only the standard library"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			graph := map[string]*pkg{}
			for name := range mayImport() {
				graph[name] = &pkg{ImportPath: module + name}
			}
			tt.edit(graph)
			var packages []pkg
			for _, p := range graph {
				packages = append(packages, *p)
			}
			if diff := cmp.Diff(tt.want, check(packages)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func (p *pkg) imports(paths ...string) { p.Imports = append(p.Imports, paths...) }

// TestTheTableHasNoCycle follows every row to its end.
func TestTheTableHasNoCycle(t *testing.T) {
	t.Parallel()
	table := mayImport()
	var follow func(name string, way []string)
	follow = func(name string, way []string) {
		if slices.Contains(way, name) {
			t.Fatalf("cycle: %s", strings.Join(append(way, name), " → "))
		}
		for _, next := range table[name] {
			follow(next, append(slices.Clone(way), name))
		}
	}
	for name := range table {
		follow(name, nil)
	}
}

func TestClockReadsFindsThePresent(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, src string
		want      []string
	}{
		{"none", "package p\nimport \"time\"\nvar d = time.Second", nil},
		{"now", "package p\nimport \"time\"\nvar t = time.Now()", []string{"p.go:3:9: uses time.Now: the clock is a value that it is given"}},
		{"as a value", "package p\nimport \"time\"\nvar f = time.Since", []string{"p.go:3:9: uses time.Since: the clock is a value that it is given"}},
		{"under another name", "package p\nimport clock \"time\"\nvar t = clock.Until(x)", []string{"p.go:3:9: uses time.Until: the clock is a value that it is given"}},
		{"of something else", "package p\nvar t = input.Now", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			found, err := clockReads("p.go", tt.src)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, found); diff != "" {
				t.Error(diff)
			}
		})
	}
}
