package pipelines_test

import (
	"testing"

	"clusterctl/internal/testkit/script"
)

func TestMain(m *testing.M) { script.Main(m) }

// TestPipelines runs the shell of examples/ci.
//
//nolint:paralleltest // scripts change the working directory
func TestPipelines(t *testing.T) { script.Run(t, "pipeline") }
