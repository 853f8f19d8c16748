package report_test

import (
	"strings"
	"testing"
	"time"

	"clusterctl/internal/drift"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

// A timeline draws the kinds that count as drift in this report or in an earlier one.
func TestDrawnKinds(t *testing.T) {
	t.Parallel()
	strict := func(s drift.Summary) *drift.Report { return &drift.Report{Strict: true, Summary: s} }
	for name, tt := range map[string]struct {
		now     drift.Report
		history []*drift.Report
		want    string
	}{
		"always":                    {drift.Report{}, []*drift.Report{{}}, "missing blocked changed"},
		"those of no run":           {drift.Report{}, []*drift.Report{nil, nil}, "missing blocked changed"},
		"with pruning":              {drift.Report{Prune: true}, []*drift.Report{{}}, "missing blocked changed unmanaged"},
		"strictly":                  {drift.Report{Strict: true}, []*drift.Report{{}}, "missing blocked changed lapsed unmanaged"},
		"one that counted":          {drift.Report{}, []*drift.Report{nil, strict(drift.Summary{Lapsed: 1})}, "missing blocked changed lapsed"},
		"one of several reports":    {drift.Report{}, []*drift.Report{{}, strict(drift.Summary{Unmanaged: 2}), {}}, "missing blocked changed unmanaged"},
		"none that could not count": {drift.Report{}, []*drift.Report{{Summary: drift.Summary{Lapsed: 1, Unmanaged: 1}}}, "missing blocked changed"},
		"none that was none":        {drift.Report{}, []*drift.Report{strict(drift.Summary{Changed: 1})}, "missing blocked changed"},
		"never what is known":       {drift.Report{Strict: true}, []*drift.Report{strict(drift.Summary{Known: 1})}, "missing blocked changed lapsed unmanaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var history []report.Event
			for _, r := range tt.history {
				history = append(history, report.Event{Drift: r})
			}
			timeline := report.OfDrift(tt.now, report.DriftOptions{History: history}).Page.Timeline
			if got := strings.Join(timeline.Drawn, " "); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// A timeline is in order of time. Its description names the first report, the first with the
// most drift, and the latest.
func TestTimelineDescription(t *testing.T) {
	t.Parallel()
	changed := func(n int) *drift.Report { return &drift.Report{Summary: drift.Summary{Changed: n}} }
	at := func(minute int) time.Time { return documents.Noon().Add(time.Duration(minute) * time.Minute) }
	now := drift.Report{CreatedAt: at(5), Summary: drift.Summary{Missing: 1, Changed: 2, Known: 3}}
	for name, tt := range map[string]struct {
		history []report.Event
		want    string
	}{
		"a report": {
			[]report.Event{{At: at(1), Drift: changed(0)}},
			"2 drift reports and 0 apply runs. First (12:01): 0. Most (12:05): 3. Latest (12:05): 1 missing, 2 changed.",
		},
		"a run": {
			[]report.Event{{At: at(1), Run: &receipt.Summary{}}},
			"1 drift report and 1 apply run. First (12:05): 3. Most (12:05): 3. Latest (12:05): 1 missing, 2 changed.",
		},
		"several, in any order": {
			[]report.Event{{At: at(4), Drift: changed(1)}, {At: at(3), Drift: changed(9)}, {At: at(2), Drift: changed(9)}, {At: at(0)}, {At: at(1), Drift: changed(7)}},
			"5 drift reports and 1 apply run. First (12:01): 7. Most (12:02): 9. Latest (12:05): 1 missing, 2 changed.",
		},
		"a later one": {
			[]report.Event{{At: at(6), Drift: changed(0)}},
			"2 drift reports and 0 apply runs. First (12:05): 3. Most (12:05): 3. Latest (12:06): no drift.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			timeline := report.OfDrift(now, report.DriftOptions{History: tt.history}).Page.Timeline
			day := documents.Noon().Format("2006-01-02 ")
			if got := strings.NewReplacer(day, "", ":00 UTC", "").Replace(timeline.Description); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
	if got := report.OfDrift(now, report.DriftOptions{}).Page.Timeline; got != nil {
		t.Errorf("without a history: %+v", got)
	}
}

// A run shows how many changes were applied and how many failed.
func TestRunsOfTimeline(t *testing.T) {
	t.Parallel()
	for want, run := range map[string]*receipt.Summary{
		"apply (interrupted)": nil, "applied 0": {}, "applied 2": {Applied: 2}, "applied 2, 1 failed": {Applied: 2, Failed: 1}, "applied 0, 2 failed": {Failed: 2},
	} {
		p := report.OfDrift(drift.Report{}, report.DriftOptions{History: []report.Event{{Run: run}}}).Page.Timeline.Points[0]
		if p.What != want || p.IsReport || strings.Join(p.Cells, "") != "" {
			t.Errorf("%+v, want %s", p, want)
		}
	}
}
