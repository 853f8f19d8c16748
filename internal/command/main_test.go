package command

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"clusterctl/internal/testkit/wire"
)

// TestMain lets the test binary act as clusterctl when a page of the documentation runs it,
// with real signals and streams.
func TestMain(m *testing.M) {
	testscript.Main(wire.LeakChecked{M: m}, map[string]func(){"clusterctl": func() { os.Exit(Main(os.Args)) }})
}
