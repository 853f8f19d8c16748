package command

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	if _, err := readScripts(); err != nil {
		t.Fatal(err)
	}
	_, pattern, _ := strings.Cut(flag.Lookup("test.run").Value.String(), "/")
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestScripts$/"+pattern, fmt.Sprintf("-test.v=%t", testing.Verbose()))
	child.Env = append(os.Environ(), inChild+"=1")
	out, err := child.CombinedOutput()
	if err != nil || testing.Verbose() {
		t.Logf("%s", out)
	}
	if err != nil {
		t.Error(err)
	}
}

// readScripts reads the scripts.
func readScripts() (scripts [][]byte, err error) {
	paths, err := filepath.Glob(filepath.Join(docs, "testdata", "script", "*.txtar"))
	for _, path := range paths {
		script, failed := os.ReadFile(path)
		scripts, err = append(scripts, script), errors.Join(err, failed)
	}
	return scripts, err
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
