package command

import (
	"fmt"
	"os"
	"path/filepath"
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

// TestScripts runs the program on every script of testdata/script. Besides the
// usual commands, a script may use those of newHarness. It has the working
// directory of this process, so no other test runs beside it.
func TestScripts(t *testing.T) { //nolint:paralleltest // it changes the working directory
	h := newHarness(t)
	testscript.RunT(scriptT{t}, testscript.Params{
		Dir:                 filepath.Join(h.repository, "testdata", "script"),
		Setup:               h.setup,
		Cmds:                h.commands(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}
