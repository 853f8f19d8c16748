package wire

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// LeakChecked fails tests that leak goroutines, such as those of a tenant that was not closed.
type LeakChecked struct{ M *testing.M }

// Run runs the tests.
func (l LeakChecked) Run() int {
	code := l.M.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}
