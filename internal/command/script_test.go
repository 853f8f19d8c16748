package command

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"
)

// TestMain makes the test binary the program, too, where a script runs
// clusterctl: main itself, with its signals and streams. It is what pipelines
// speak to a forge with, too.
func TestMain(m *testing.M) {
	testscript.Main(leakChecked{m}, map[string]func(){
		"clusterctl": func() { os.Exit(Main(os.Args)) },
		"fake-gh":    ghMain,
		"fake-curl":  curlMain,
		"fake-jq":    jqMain,
	})
}

// leakChecked fails tests that leave goroutines behind, such as those of a
// tenant that nobody ended.
type leakChecked struct{ m *testing.M }

func (l leakChecked) Run() int {
	code := l.m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// inChild is set in the process that runs the scripts.
const inChild = "CLUSTERCTL_TEST_SCRIPTS"

// TestScripts runs the program on every script of testdata/script. Besides the
// usual commands, a script may use those of newHarness. Scripts change the working
// directory, which the other tests need, so they have a process of their own.
func TestScripts(t *testing.T) {
	t.Parallel()
	if testing.CoverMode() != "" || os.Getenv(inChild) != "" {
		runScripts(t)
		return
	}
	// The go command repeats a cached result unless the test itself reads what changed.
	if err := readScripts(); err != nil {
		t.Fatal(err)
	}
	scripts := scriptsOf(flag.Lookup("test.run").Value.String())
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestScripts$/"+scripts, fmt.Sprintf("-test.v=%t", testing.Verbose()))
	child.Env = append(os.Environ(), inChild+"=1")
	out, err := child.CombinedOutput()
	if err != nil || testing.Verbose() {
		t.Logf("%s", out)
	}
	if err != nil {
		t.Error(err)
	}
}

// scriptsOf returns the part of a -run pattern that selects scripts. It is empty, which
// selects all, if the pattern is about other tests as well.
func scriptsOf(pattern string) string {
	part := regexp.MustCompile(`^\^?TestScripts\$?/((?:[^|()]|\([^()]*\))*)$`).FindStringSubmatch(pattern)
	if part == nil {
		return ""
	}
	return part[1]
}

func TestScriptsOf(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		"":                              "",
		"TestScripts":                   "",
		"TestScripts/undo":              "undo",
		"^TestScripts$/^(undo|plan)$":   "^(undo|plan)$",
		"TestScripts/undo|TestLinks":    "",
		"TestLinks|TestScripts/undo":    "",
		"TestScripts/(undo|plan)|Links": "",
		"Test/undo":                     "",
	} {
		if got := scriptsOf(pattern); got != want {
			t.Errorf("%q: %q, want %q", pattern, got, want)
		}
	}
}

// readScripts reads the scripts, for nothing but the go command to see it.
func readScripts() error {
	paths, err := filepath.Glob(filepath.Join(docs, "testdata", "script", "*.txtar"))
	for _, path := range paths {
		_, failed := os.ReadFile(path)
		err = errors.Join(err, failed)
	}
	return err
}

func runScripts(t *testing.T) {
	t.Helper()
	h := newHarness(t)
	testscript.RunT(scriptT{t}, testscript.Params{
		Dir:                 filepath.Join(h.repository, "testdata", "script"),
		Setup:               h.setup,
		Cmds:                h.commands(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}
