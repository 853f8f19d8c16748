package desired

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
)

// TestWhatIsWrittenIsRead checks the laws of the writer: its output declares the same
// clusters, as YAML and as JSON, and is in the canonical layout.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := drawFile(t)
		text := want.YAML()
		for name, data := range map[string][]byte{
			"YAML":    text,
			"JSON":    want.JSON(),
			"entries": entriesAlone(want),
		} {
			if diff := cmp.Diff(want, readBack(t, data), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s is read differently (-want +got):\n%s\n%s", name, diff, data)
			}
		}
		formatted, found := Format(Input{Name: "f", Data: text})
		if len(found) > 0 {
			t.Errorf("not laid out:\n%s", listing(found))
		}
		if diff := cmp.Diff(string(text), string(formatted)); diff != "" {
			t.Errorf("not canonical (-written +canonical):\n%s", diff)
		}
		if !json.Valid(want.JSON()) {
			t.Errorf("no JSON: %s", want.JSON())
		}
	})
}

// entriesAlone pastes the entries into a file.
func entriesAlone(f File) []byte {
	head := File{Tenant: f.Tenant}.YAML()
	return append([]byte(strings.Replace(string(head), "clusters: []", "clusters:", 1)), orEmptyList(f.Entries())...)
}

func orEmptyList(entries []byte) []byte {
	if len(entries) == 0 {
		return []byte("  []\n")
	}
	return entries
}

// readBack loads a text, which must have no errors.
func readBack(t *rapid.T, data []byte) File {
	t.Helper()
	state, found := Load([]Input{{Name: "f", Data: data}}, Options{})
	if errs := found.Errors(); len(errs) > 0 {
		t.Fatalf("refused:\n%s\n%s", listing(errs), data)
	}
	for i := range state.Clusters {
		state.Clusters[i].Source = cluster.Source{}
	}
	return File{Tenant: state.Tenant, Clusters: state.Clusters}
}

// drawFile draws a file that can use everything in the file format.
func drawFile(t *rapid.T) File {
	f := File{Tenant: rapid.OneOf(rapid.Just(""), filled()).Draw(t, "tenant")}
	for _, name := range rapid.SliceOfNDistinct(filled(), 0, 4, rapid.ID[string]).Draw(t, "names") {
		c := cluster.Cluster{Name: name, State: cluster.Present}
		if rapid.Bool().Draw(t, "bound") {
			c.ID = "id of " + name
		}
		if rapid.Bool().Draw(t, "absent") {
			c.State, c.RemoveClients = cluster.Absent, rapid.Bool().Draw(t, "removeClients")
		} else {
			drawSettings(t, &c)
		}
		f.Clusters = append(f.Clusters, c)
	}
	return f
}

func drawSettings(t *rapid.T, c *cluster.Cluster) {
	c.Type = rapid.Ptr(filled(), true).Draw(t, "type")
	c.Description = rapid.Ptr(hostile(), true).Draw(t, "description")
	c.Configuration = rapid.MapOfN(filled(), rapid.Ptr(hostile(), true), 0, 4).Draw(t, "configuration")
	preferences := cluster.Settings{}
	if rapid.Bool().Draw(t, "preferences") {
		preferences["updateState"] = rapid.Ptr(rapid.SampledFrom(updateStates()), true).Draw(t, "updateState")
		preferences["notificationEmail"] = rapid.Ptr(hostile(), true).Draw(t, "notificationEmail")
	}
	c.UpdatePreferences = preferences
	if rapid.Bool().Draw(t, "logs") {
		c.LogConfig = drawLogConfig(t)
	}
}

func drawLogConfig(t *rapid.T) *cluster.LogConfig {
	level := rapid.SampledFrom(cluster.Levels())
	c := cluster.LogConfig{
		RootLevel:          level.Draw(t, "rootLevel"),
		LogLevels:          rapid.MapOfN(filled(), level, 0, 3).Draw(t, "logLevels"),
		RenewWithinMinutes: rapid.Ptr(rapid.IntRange(0, cluster.MaxDurationMinutes), true).Draw(t, "renewWithin"),
	}
	switch rapid.IntRange(0, 2).Draw(t, "life") {
	case 0:
		c.Expiration = time.Unix(rapid.Int64Range(0, 1<<34).Draw(t, "end"), rapid.Int64Range(0, 1e9-1).Draw(t, "nanos")).UTC()
	case 1:
		c.DurationMinutes = rapid.IntRange(cluster.MinDurationMinutes, cluster.MaxDurationMinutes).Draw(t, "minutes")
	}
	return &c
}

// hostile draws text, some of which YAML reads as another type.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringN(0, 20, -1), rapid.SampledFrom([]string{
		"", " ", "null", "~", "true", "OFF", "yes", "n", "-6", "+1", "0x1f", "010", "1_000", "1e3", ".inf", ".nan", "1:30",
		"2026-11-22", "2026-11-22T10:00:00Z", "<<", "=", "-", "- a", "---", "...", "? a", "a: b", "a:", ":a", "a #b", "#a", "a ",
		" a", "'a'", `"a"`, `a\b`, "{a}", "[a]", "a, b", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a`",
		"${A}", "$${A}", "a${", "$$${${", "a\nb\n", "a\r\nb", "a\tb", "\x00", "\x1b[31m", "\x7f", "\u0085", "\u2028",
		"\ufeff", "\u202e", "\ufffd", "\U000e0001", "Zürich", "東京", "🛠",
	}))
}

// filled draws hostile text that is not blank.
func filled() *rapid.Generator[string] {
	return hostile().Filter(func(s string) bool { return !isBlank(s) })
}

func TestWritten(t *testing.T) {
	t.Parallel()
	file := File{Tenant: "acme", Clusters: []cluster.Cluster{
		{
			Name: "va-austin", Type: new("idn"), Description: new("Austin, \"Texas\""),
			Configuration:     cluster.Settings{"gmtOffset": new("-6"), "debug": nil},
			UpdatePreferences: cluster.Settings{"notificationEmail": new("ops@acme.example"), "updateState": new("AUTO")},
			LogConfig: &cluster.LogConfig{
				RootLevel: "OFF", LogLevels: map[string]cluster.Level{"a.B": "TRACE"},
				Expiration: time.Date(2026, 11, 23, 18, 0, 0, 5e8, time.FixedZone("", 3600)),
			},
		},
		{Name: "va ${X}", ID: "2c91", RenamedFrom: "yes", State: cluster.Absent, RemoveClients: true},
	}}
	const want = `version: 1
tenant: acme
clusters:
  - name: va-austin
    type: idn
    description: "Austin, \"Texas\""
    configuration:
      debug: null
      gmtOffset: "-6"
    updatePreferences:
      updateState: AUTO
      notificationEmail: ops@acme.example
    logConfig:
      rootLevel: "OFF"
      logLevels:
        a.B: TRACE
      expiration: 2026-11-23T17:00:00.5Z
  - name: "va $${X}"
    id: 2c91
    renamedFrom: "yes"
    state: absent
    removeClients: true
`
	if diff := cmp.Diff(want, string(file.YAML())); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff("version: 1\nclusters: []\n", string(File{}.YAML())); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff("{\n  \"version\": 1,\n  \"clusters\": []\n}\n", string(File{}.JSON())); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestKeysThatAreTooLong checks that the longest writable key of each kind can be read.
func TestKeysThatAreTooLong(t *testing.T) {
	t.Parallel()
	for _, c := range []string{"a", "é", "\x01", "\U000e0001", `"`} {
		longest := c
		for layout.IsWritableKey(longest + c) {
			longest += c
		}
		file := File{Clusters: []cluster.Cluster{{Name: "va", Configuration: cluster.Settings{longest: new("x")}}}}
		for _, data := range [][]byte{file.YAML(), file.JSON()} {
			state, found := Load([]Input{{Name: "f", Data: data}}, Options{})
			if found.HasErrors() || !slices.Equal([]string{longest}, slices.Collect(maps.Keys(state.Clusters[0].Configuration))) {
				t.Errorf("a key of %d times %q is refused: %s", len(longest)/len(c), c, listing(found))
			}
		}
	}
}
