package remote_test

import (
	"testing"

	"go.uber.org/goleak"
)

// No test of this package leaks a goroutine.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
