package drift_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
)

func driftReport() drift.Report {
	return drift.Report{
		FormatVersion: planner.FormatVersion, Tool: "clusterctl/test", CreatedAt: noon(),
		Tenant:  cluster.Tenant{BaseURL: "https://acme.example/v3", Org: "acme"},
		Listing: cluster.Listing{Listed: 2, Total: 2, Pages: 1, Reads: 1},
		Summary: drift.Summary{Changed: 1, Known: 1},
		Items: []drift.Item{
			{Kind: cluster.DriftChanged, Name: "a", ID: "1", Diff: []drift.Field{
				{Path: "/configuration/k", Expected: json.RawMessage(`{"a":1}`), Found: json.RawMessage(`null`)},
			}},
			{Kind: cluster.DriftUnmanaged, Name: "b", Diff: []drift.Field{}, Known: &drift.Known{Reason: "r", Until: noon()}},
		},
		Strict: true, Prune: true,
	}
}

// A report is read as it was written, except for what the document does not contain.
func TestReadDriftReadsWhatWasWritten(t *testing.T) {
	t.Parallel()
	want := driftReport()
	data, err := json.MarshalIndent(want, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got, err := drift.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A report of format 1.0 was written only with a verified listing; later ones state it.
func TestReadDriftOfEachVersion(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		version        string
		verified, want bool
	}{
		{"1.0", false, true}, {"1.0", true, true}, {"1.1", false, false}, {"1.1", true, true},
	} {
		d := driftReport()
		d.FormatVersion, d.Listing.Verified = tt.version, tt.verified
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		got, err := drift.Read(data)
		if err != nil || got.Listing.Verified != tt.want {
			t.Errorf("%s, verified %t: read as %t, %v", tt.version, tt.verified, got.Listing.Verified, err)
		}
	}
}

func TestReadDriftRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, old, new, want string }{
		{"another major version", `"formatVersion":"1.1"`, `"formatVersion":"2.0"`, `format version "2.0" is not supported: this clusterctl reads 1.x`},
		{"no version", `"formatVersion":"1.1",`, ``, "formatVersion is missing"},
		{"no JSON", `{"formatVersion"`, `drift: `, "not a JSON document"},
		{"another shape", `"items":[`, `"items":1,"was":[`, "not a drift report: items: expected an array, found 1"},
		{"no items", `"items":[`, `"changes":[`, "not a drift report: items is missing"},
		{"an older program", `"createdAt":"2026-03-29T12:00:00Z",`, ``, "createdAt is missing, as in reports of older versions"},
		{"a forged count", `"changed":1`, `"changed":100000`, "the summary does not match the items"},
		{"a kind that does not exist", `"kind":"changed"`, `"kind":"gone"`, "the summary does not match the items"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			data, err := json.Marshal(driftReport())
			if err != nil {
				t.Fatal(err)
			}
			broken := strings.Replace(string(data), tt.old, tt.new, 1)
			if broken == string(data) {
				t.Fatalf("%s is not in %s", tt.old, data)
			}
			if _, err := drift.Read([]byte(broken)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

// A report is dated by the given clock, in UTC.
func TestDriftIsDated(t *testing.T) {
	t.Parallel()
	now := noon().In(time.FixedZone("east", 3600))
	d := drift.Of(planner.Plan{}, drift.Options{Now: now})
	if !d.CreatedAt.Equal(now) || d.CreatedAt.Location() != time.UTC {
		t.Errorf("created at %s, want %s in UTC", d.CreatedAt, now)
	}
}
