// Package script runs testscript files against the program, and a tenant in the same
// process. Scripts change the working directory, so that the tests which run them have
// packages of their own.
package script

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"clusterctl/internal/command"
	"clusterctl/internal/testkit/wire"
)

// Main runs tests in a binary that is also the program, where a script runs exec
// clusterctl, and the tools with which pipelines reach a forge.
func Main(m *testing.M) {
	testscript.Main(wire.LeakChecked{M: m}, map[string]func(){
		"clusterctl": func() { os.Exit(command.Main(os.Args)) },
		"fake-gh":    ghMain,
		"fake-curl":  curlMain,
		"fake-jq":    jqMain,
	})
}

// Run runs every script of a directory of testdata. Besides the usual commands, a script
// may use those of harness.commands.
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
