package report_test

import (
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/report"
	"clusterctl/internal/report/text"
)

// Causes stand behind the fields or, where none is shown, behind the cluster.
func TestDriftWithCausesAndKnown(t *testing.T) {
	t.Parallel()
	source := &cluster.Source{File: "c.yaml", Line: 4, Column: 5}
	known := &drift.Known{Reason: "moved by hand,\x1b CHG-1234", Until: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
	diff := func(path string, cause drift.Cause) drift.Field {
		return drift.Field{Path: path, Expected: json.RawMessage(`"x"`), Found: json.RawMessage(`"y"`), Cause: cause}
	}
	got := written(t, func(b io.Writer) error {
		return inText(text.Format{Color: true}).Drift(b, drift.Report{
			Listing: cluster.Listing{Listed: 3, Verified: true},
			Summary: drift.Summary{Missing: 1, Unmanaged: 1, Known: 1},
			Strict:  true,
			Items: []drift.Item{
				{Kind: cluster.DriftChanged, Name: "a", ID: "1", Source: source, Known: known, Cause: drift.BothChanged, Diff: []drift.Field{
					diff("/name", ""), diff("/a", drift.LiveChanged), diff("/b", drift.FileAhead), diff("/c", drift.BothChanged),
				}},
				{Kind: cluster.DriftMissing, Name: "b", Source: source, Cause: drift.LiveChanged, Diff: []drift.Field{diff("/name", "")}},
				{Kind: cluster.DriftUnmanaged, Name: "c", ID: "3", Message: "live, but in no file", Cause: drift.FileAhead},
			},
		})
	})
	const want = `Tenant ? at : 3 clusters listed.

  changed a (1)  c.yaml:4:5
    known until 2027-01-01T00:00:00Z: moved by hand,\u001b CHG-1234
    /name: expected "x", found "y"
    /a:    expected "x", found "y" (live changed)
    /b:    expected "x", found "y" (the file is ahead)
    /c:    expected "x", found "y" (both changed since)

` + "\x1b[31m-\x1b[0m" + ` missing b (live changed)  c.yaml:4:5

  unmanaged c (3): live, but in no file (the file is ahead)

Drift: 0 changed, 1 missing, 1 unmanaged, 0 lapsed.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDriftVerdict(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		strict  bool
		summary drift.Summary
		want    string
	}{
		{false, drift.Summary{Unmanaged: 2, Lapsed: 1}, "No drift. 3 clusters match."},
		{false, drift.Summary{Known: 4}, "No drift. 3 clusters match."},
		{false, drift.Summary{Changed: 1, Unmanaged: 2}, "Drift: 1 changed, 0 missing."},
		{true, drift.Summary{Known: 4}, "No drift. 3 clusters match."},
		{true, drift.Summary{Unmanaged: 2, Lapsed: 1}, "Drift: 0 changed, 0 missing, 2 unmanaged, 1 lapsed."},
		{true, drift.Summary{Blocked: 1}, "Drift: 0 changed, 0 missing, 0 unmanaged, 0 lapsed, 1 blocked."},
	} {
		got := report.DriftVerdict(drift.Report{Summary: tt.summary, Strict: tt.strict}, 3)
		if got != tt.want {
			t.Errorf("strict %t, %+v: %s", tt.strict, tt.summary, got)
		}
	}
}
