package receipt_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// named gives the cluster of a line another name.
func named(name, line string) string {
	return strings.Replace(line, `"name":"va"`, `"name":"`+name+`"`, 1)
}

// Effects on several clusters are separate, and sorted by name, then by id.
func TestEffectsOfSeveralClusters(t *testing.T) {
	t.Parallel()
	const ab = `{"path":"/a","before":"1","after":"2"}`
	changed := outcome(1, "1", fieldsJSON(`"/a":"1"`), fieldsJSON(`"/a":"2"`))
	patch := func(seq int, id string) string { return intent(seq, planner.Update, id, "PATCH", `[]`, ab) }
	post := intent(1, planner.Create, "", "POST", `{}`, "")
	unanswered := receipt.Effect{Name: "va", Created: true, Unknown: true}
	for name, tt := range map[string]struct {
		lines []string
		want  []receipt.Effect
	}{
		"by name, then by id": {
			lines: []string{
				start, named("b", patch(1, "1")), named("a", patch(2, "3")), named("a", patch(3, "2")), named("b", intent(4, planner.Create, "", "POST", `{}`, "")),
			},
			want: []receipt.Effect{
				{Name: "a", ID: "2", Unknown: true}, {Name: "a", ID: "3", Unknown: true},
				{Name: "b", Created: true, Unknown: true}, {Name: "b", ID: "1", Unknown: true},
			},
		},
		"one without an answer, and one that had the name before": {
			lines: []string{start, post, start, patch(1, "1"), changed},
			want:  []receipt.Effect{unanswered, {Name: "va", ID: "1"}},
		},
		"one without an answer, and one that was found, but could not be read": {
			lines: []string{start, post, start, post, unsettled(1)},
			want:  []receipt.Effect{unanswered, {Name: "va", ID: "1", Created: true, Unknown: true}},
		},
		"one without an answer, and then none": {
			lines: []string{start, post, start, post, outcome(1, "", "null", "null")},
			want:  []receipt.Effect{unanswered},
		},
		"one without an answer, twice": {
			lines: []string{start, post, start, post},
			want:  []receipt.Effect{unanswered},
		},
		"one that could not be read, and then completed": {
			lines: []string{start, post, unsettled(1), intent(2, planner.Create, "1", "PATCH", `[]`, ""), outcome(2, "1", fieldsJSON(""), fieldsJSON(""))},
			want:  []receipt.Effect{{Name: "va", ID: "1", Created: true}},
		},
		"one that was perhaps deleted, and perhaps patched": {
			lines: []string{start, intent(1, planner.Delete, "1", "DELETE", `null`, ""), start, patch(1, "1")},
			want:  []receipt.Effect{{Name: "va", ID: "1", Deleted: true, Unknown: true}},
		},
		"one that was patched, and not deleted": {
			lines: []string{start, patch(1, "1"), changed, intent(2, planner.Delete, "1", "DELETE", `null`, ""), outcome(2, "1", fieldsJSON(""), fieldsJSON(""))},
			want:  []receipt.Effect{{Name: "va", ID: "1"}},
		},
		"one that was perhaps given the value that it had": {
			lines: []string{start, intent(1, planner.Update, "1", "PATCH", `[]`, `{"path":"/a","before":"1","after":"1"}`)},
			want:  []receipt.Effect{{Name: "va", ID: "1", Unknown: true}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []receipt.Effect
			for _, e := range effectsOf(t, receiptOf(tt.lines...)) {
				got = append(got, receipt.Effect{
					ID: e.ID, Name: e.Name, Created: e.Created, Deleted: e.Deleted, Adopted: e.Adopted, Whole: e.Whole, Unknown: e.Unknown,
				})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("effects (-want +got):\n%s", diff)
			}
		})
	}
}

// Two writes of a log configuration in a row: what the second one found determines the state
// before both.
func TestLogsInARow(t *testing.T) {
	t.Parallel()
	const (
		none     = `{"logConfig":null}`
		warn     = `{"logConfig":{"rootLevel":"WARN","logLevels":{},"expiration":"2026-03-29T13:00:00Z"}}`
		info     = `{"logConfig":{"rootLevel":"INFO","logLevels":{},"expiration":"2026-03-29T14:00:00Z"}}`
		endless  = `{"logConfig":{"rootLevel":"INFO","logLevels":{}}}`
		debug    = `{"logConfig":{"rootLevel":"DEBUG","logLevels":{},"expiration":"2026-03-29T15:00:00Z"}}`
		reviewed = `{"path":"/logConfig/rootLevel","before":"WARN","after":"INFO"}`
	)
	put := intent(1, planner.SetLog, "1", "PUT", `{"rootLevel":"INFO","durationMinutes":60}`, reviewed)
	at := func(hour, line string) string {
		return strings.Replace(line, `"seq"`, `"time":"2026-03-29T`+hour+`:30:00Z","seq"`, 1)
	}
	for name, tt := range map[string]struct {
		first []string
		hour  string
		found string // by the second
		want  string // the level before both
	}{
		"as left":                                {[]string{put, outcome(1, "1", warn, info)}, "13", info, "WARN"},
		"ended by itself":                        {[]string{put, outcome(1, "1", warn, info)}, "14", none, "WARN"},
		"ended by someone else":                  {[]string{put, outcome(1, "1", warn, info)}, "13", none, ""},
		"ended, and nobody knows when it had to": {[]string{put, outcome(1, "1", warn, endless)}, "13", none, "WARN"},
		"set by someone else":                    {[]string{put, outcome(1, "1", warn, info)}, "13", warn, "WARN"},
		"in doubt, and done":                     {[]string{put}, "13", info, "WARN"},
		"in doubt, and not done":                 {[]string{put}, "13", `{"logConfig":{"rootLevel":"WARN","logLevels":{}}}`, "WARN"},
		"in doubt, and set by someone else":      {[]string{put}, "13", `{"logConfig":{"rootLevel":"ERROR","logLevels":{}}}`, "ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := append([]string{start}, tt.first...)
			lines = append(lines, start, at(tt.hour, put), outcome(1, "1", tt.found, debug))
			effects := effectsOf(t, receiptOf(lines...))
			level := ""
			if before := effects[0].Log.Before; before != nil {
				level = string(before.RootLevel)
			}
			if level != tt.want || effects[0].Log.After.RootLevel != "DEBUG" || effects[0].Unknown {
				t.Errorf("from %q to %s, unknown %t, want from %q", level, effects[0].Log.After, effects[0].Unknown, tt.want)
			}
		})
	}
}
