package report_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/desired"
)

func findings() desired.Diagnostics {
	return desired.Diagnostics{
		{File: "a,b:c%.yaml", Line: 3, Column: 7, Severity: desired.Error, Code: "unknown-key", Message: "unknown key \"50%\"", Hint: "did you mean \"x\"?"},
		{File: "<stdin>", Line: 1, Column: 1, Severity: desired.Warning, Code: "unknown-type", Message: "unknown type \"a, b\""},
	}
}

func TestAnnotations(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := inGitHub(nil).Diagnostics(&out, findings()); err != nil {
		t.Fatal(err)
	}
	want := "::error file=a%2Cb%3Ac%25.yaml,line=3,col=7,title=unknown-key::unknown key \"50%25\" (did you mean \"x\"?)\n" +
		"::warning file=<stdin>,line=1,col=1,title=unknown-type::unknown type \"a, b\"\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The log names every rule, whatever was found. What it has for each finding is
// in the golden.
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
