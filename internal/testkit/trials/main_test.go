// Package trials runs command lines on misbehaving tenants: requests fail, listings are late,
// clusters are malformed, runs are killed or overlap.
package trials

import (
	"testing"

	"clusterctl/internal/testkit/script"
)

func TestMain(m *testing.M) { script.Main(m) }
