package command

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"clusterctl/internal/testkit/wire"
)

// TestMain makes the test binary the program, too, where a page of the documentation
// runs clusterctl: main itself, with its signals and streams.
func TestMain(m *testing.M) {
	testscript.Main(wire.LeakChecked{M: m}, map[string]func(){"clusterctl": func() { os.Exit(Main(os.Args)) }})
}
