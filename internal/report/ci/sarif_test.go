package ci_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"clusterctl/internal/desired"
)

// The log has every rule, with or without findings. The golden file has its results.
func TestSARIFHasAllRules(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := inSARIF().Diagnostics(&out, findings()); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Runs []struct {
			Tool    struct{ Driver struct{ Rules []any } }
			Results []struct {
				Locations []struct {
					PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
				}
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	if got, want := len(log.Runs[0].Tool.Driver.Rules), len(desired.Rules()); got != want {
		t.Errorf("%d rules, want %d", got, want)
	}
	if got, want := log.Runs[0].Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI, "./a,b:c%25.yaml"; got != want {
		t.Errorf("URI %q, want %q", got, want)
	}
}
