package desired

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
)

// noon is the current time in these tests.
func noon() time.Time { return time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC) }

func TestDeclare(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, document string
		log            *cluster.LiveLogConfig
		want           string
		leftOut        []string
	}{
		{name: "nothing but a name", document: `{}`},
		{name: "a description", document: `{"description": "Austin"}`, want: "description: Austin"},
		{name: "an empty description", document: `{"description": ""}`},
		{name: "null everywhere", document: `{"description": null, "configuration": null, "updatePreferences": null}`},
		{
			name:     "keys of the server's, and one that nobody knows",
			document: `{"configuration": {"clusterType": "idn", "va_version": "1", "processes": "[]", "gmtOffset": "-6", "mine": ""}}`,
			want:     "configuration:\n  gmtOffset: \"-6\"\n  mine: \"\"",
		},
		{
			name:     "null is a key that nobody set",
			document: `{"configuration": {"debug": null}, "updatePreferences": {"updateState": null}}`,
		},
		{
			name:     "values that are not strings",
			document: `{"description": 7, "configuration": {"a": 1, "b": true, "c": ["x"], "d": {}, "e": "kept"}}`,
			want:     "configuration:\n  e: kept",
			leftOut: []string{
				"description is left out: it is not a string",
				`configuration key "a" is left out: it is not a string`,
				`configuration key "b" is left out: it is not a string`,
				`configuration key "c" is left out: it is not a string`,
				`configuration key "d" is left out: it is not a string`,
			},
		},
		{
			name:     "members that are not objects",
			document: `{"configuration": "x", "updatePreferences": []}`,
			leftOut:  []string{"configuration is left out: it is not a JSON object", "updatePreferences is left out: it is not a JSON object"},
		},
		{
			name:     "keys that cannot be written",
			document: `{"configuration": {" ": "x", "` + strings.Repeat("k", 1200) + `": "y"}}`,
			leftOut: []string{
				`configuration key " " is left out: it is blank, or too long for a YAML key`,
				`configuration key "` + strings.Repeat("k", 80) + `…" is left out: it is blank, or too long for a YAML key`,
			},
		},
		{
			name:     "preferences",
			document: `{"updatePreferences": {"updateState": "DISABLED", "notificationEmail": "", "processGroups": "a", "theirs": "x"}}`,
			want:     "updatePreferences:\n  updateState: DISABLED\n  processGroups: a",
		},
		{
			name:     "an unknown updateState",
			document: `{"updatePreferences": {"updateState": "LATER"}}`,
			leftOut:  []string{`updateState is left out: unknown value "LATER" (known: AUTO, DISABLED)`},
		},
		{
			name:     "a log configuration in force is a window",
			document: `{}`,
			log: &cluster.LiveLogConfig{
				RootLevel: "INFO", LogLevels: map[string]cluster.Level{"a.B": "DEBUG"}, Expiration: noon().Add(time.Hour),
			},
			want: "logConfig:\n  rootLevel: INFO\n  logLevels:\n    a.B: DEBUG\n  expiration: 2026-11-22T13:00:00Z",
		},
		{name: "one that has ended", document: `{}`, log: &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: noon()}},
		{
			name: "one without an expiration", document: `{}`, log: &cluster.LiveLogConfig{RootLevel: "INFO"},
			leftOut: []string{"its log configuration is left out: the tenant does not return when it expires"},
		},
		{
			name: "one with an unknown level", document: `{}`,
			log: &cluster.LiveLogConfig{
				RootLevel: "INFO", LogLevels: map[string]cluster.Level{"a.B": "LOUD"}, Expiration: noon().Add(time.Hour),
			},
			leftOut: []string{`its log configuration is left out: log level "LOUD" of "a.B" is unknown`},
		},
		{
			name: "one with an unknown root level", document: `{}`,
			log:     &cluster.LiveLogConfig{RootLevel: "info", Expiration: noon().Add(time.Hour)},
			leftOut: []string{`its log configuration is left out: its rootLevel "info" is unknown`},
		},
		{
			name: "one with a blank logger name", document: `{}`,
			log: &cluster.LiveLogConfig{
				RootLevel: "INFO", LogLevels: map[string]cluster.Level{"": "INFO"}, Expiration: noon().Add(time.Hour),
			},
			leftOut: []string{"its log configuration is left out: a logger name is blank, or too long for a YAML key"},
		},
		{
			name: "one that expires after the year 9999", document: `{}`,
			log:     &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
			leftOut: []string{"its log configuration is left out: it expires after the year 9999"},
		},
		{name: "a document that is not an object", document: `[]`, leftOut: []string{"its data is left out: it is not a JSON object"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := Declare(cluster.Live{Name: "va", Document: json.RawMessage(tc.document)})
			got.declareLog(tc.log, noon())
			want := "  - name: va\n"
			for line := range strings.Lines(tc.want) {
				want += "    " + strings.TrimSuffix(line, "\n") + "\n"
			}
			if diff := cmp.Diff(want, string(File{Clusters: []cluster.Cluster{got.Cluster}}.Entries())); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(tc.leftOut, texts(got.LeftOut)); diff != "" {
				t.Errorf("left out (-want +got):\n%s", diff)
			}
		})
	}
}

func texts(leftOut []LeftOut) (texts []string) {
	for _, what := range leftOut {
		texts = append(texts, what.Text)
	}
	return texts
}

// TestLeftOutValues checks that what a file cannot contain is at hand with its path, so that
// a comparison does not miss it.
func TestLeftOutValues(t *testing.T) {
	t.Parallel()
	got := Declare(cluster.Live{Name: "va", Type: "IDN", Document: json.RawMessage(
		`{"description": 1, "configuration": {"a/b": 2, "~": [], "x": null, " ": "y"}, "updatePreferences": {"updateState": "LATER", "notificationEmail": false}}`)})
	want := []string{
		`/type "IDN"`, "/description 1", `/configuration/  "y"`, "/configuration/a~1b 2", "/configuration/~0 []",
		"/updatePreferences/notificationEmail false", `/updatePreferences/updateState "LATER"`,
	}
	var found []string
	for _, what := range got.LeftOut {
		found = append(found, what.Path+" "+string(what.Value))
	}
	slices.Sort(found)
	slices.Sort(want)
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExport(t *testing.T) {
	t.Parallel()
	tenant := cluster.Snapshot{Tenant: cluster.Tenant{Org: "acme"}, Clusters: []cluster.Live{
		{ID: "5", Name: "va-twin", Type: "idn"},
		{ID: "4", Name: "sp", Type: "spConnectCluster"},
		{ID: "3", Name: "va-twin", Type: "sqsCluster"},
		{ID: "2", Name: "va-b", Type: "new", Log: cluster.LogState{Known: true, Config: &cluster.LiveLogConfig{
			RootLevel: "WARN", Expiration: noon().Add(time.Hour),
		}}},
		{ID: "1", Name: "\t", Type: "idn"},
		{ID: "0", Name: "va-a", Document: json.RawMessage(`{"description": 1}`)},
	}}
	tests := []struct {
		name    string
		export  Export
		want    string
		leftOut []string
	}{
		{
			name: "all but the tenant's own, each by the name that it has alone",
			want: "version: 1\ntenant: acme\nclusters:\n  - name: va-a\n  - name: va-b\n    type: new\n" +
				"  - name: va-twin\n    id: \"5\"\n    type: idn\n",
			leftOut: []string{
				`cluster "1" is left out: it has no name`,
				`cluster "va-a": description is left out: it is not a string`,
			},
		},
		{
			name:   "some, with what is logged",
			export: Export{Selection: cluster.Selection{Target: []cluster.Glob{"va-?"}, Exclude: []cluster.Glob{"*a"}}, LogConfig: true, Now: noon()},
			want: "version: 1\ntenant: acme\nclusters:\n  - name: va-b\n    type: new\n" +
				"    logConfig:\n      rootLevel: WARN\n      expiration: 2026-11-22T13:00:00Z\n",
		},
		{
			name:   "none",
			export: Export{Selection: cluster.Selection{Target: []cluster.Glob{"sp"}}},
			want:   "version: 1\ntenant: acme\nclusters: []\n",
		},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			file, leftOut := tc.export.Of(tenant)
			if diff := cmp.Diff(tc.want, string(file.YAML())); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(tc.leftOut, leftOut); diff != "" {
				t.Errorf("left out (-want +got):\n%s", diff)
			}
		})
	}
}
