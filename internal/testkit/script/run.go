// Package script runs testscript files against the program, with a tenant in the same process.
// Scripts change the working directory, so the tests that run them are in separate packages.
package script

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"clusterctl/internal/command"
	"clusterctl/internal/testkit/wire"
)

// Main runs tests in a binary that is also the program, for scripts that run exec clusterctl, and
// the stand-ins for gh, curl and jq.
func Main(m *testing.M) {
	testscript.Main(wire.LeakChecked{M: m}, map[string]func(){
		"clusterctl": func() { os.Exit(command.Main(os.Args)) },
		"fake-gh":    ghMain,
		"fake-curl":  curlMain,
		"fake-jq":    jqMain,
	})
}

// Run runs every script in a directory of testdata. In addition to the usual commands, scripts
// can use those of harness.commands.
func Run(t *testing.T, dir string) {
	t.Helper()
	h := newHarness(t)
	testscript.RunT(scriptT{t}, testscript.Params{
		Dir:                 filepath.Join(h.repository, "testdata", dir),
		Setup:               h.setup,
		Cmds:                h.commands(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}
