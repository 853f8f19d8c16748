package wire

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// LeakChecked fails tests that leak goroutines, such as those of a tenant that was not closed.
type LeakChecked struct{ M *testing.M }

// Run runs the tests. A program that they start has no state directory unless they set one, so
// that it never writes to that of the user.
func (l LeakChecked) Run() int {
	if err := os.Setenv("CLUSTERCTL_STATE_DIR", os.DevNull); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := l.M.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}
