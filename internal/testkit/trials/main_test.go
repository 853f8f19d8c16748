// Package trials runs command lines on tenants that misbehave: requests fail, listings lag,
// clusters are odd, runs are killed or meet one another.
package trials

import (
	"testing"

	"clusterctl/internal/testkit/script"
)

func TestMain(m *testing.M) { script.Main(m) }
