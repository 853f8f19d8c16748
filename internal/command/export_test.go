package command

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
)

// TestAnExportPlansToNoChanges checks for tenants of any kind that an export is valid,
// plans to no changes, and lacks nothing that a file can declare.
func TestAnExportPlansToNoChanges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)
		snapshot := drawTenant(t, now)
		export := desired.Export{LogConfig: rapid.Bool().Draw(t, "withLogConfig"), Now: now}
		file, _ := export.Of(snapshot)
		for _, text := range [][]byte{file.YAML(), file.JSON()} {
			state := loadExport(t, text, now)
			in := planner.Input{
				Desired: state.Clusters, Policy: state.Policy, Snapshot: snapshot, Now: now,
				Rate: api.Rate{Requests: 100, Span: time.Second},
			}
			plan, err := planner.New(in)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if !plan.IsEmpty() || state.Tenant != snapshot.Tenant.Org {
				t.Errorf("%+v\n%+v\n%s", plan.Changes, plan.Findings, text)
			}
			for _, unmanaged := range planner.UnmanagedClusters(plan, in) {
				if strings.TrimSpace(unmanaged.Live.Name) != "" {
					t.Errorf("cluster %q is not exported:\n%s", unmanaged.Live.Name, text)
				}
			}
		}
	})
}

// loadExport reads an export. It has no errors, and warnings only about what is odd in the
// tenant.
func loadExport(t *rapid.T, text []byte, now time.Time) desired.State {
	t.Helper()
	state, found := desired.Load([]desired.Input{{Name: "export", Data: text}}, desired.Options{Now: now})
	for _, d := range found {
		if !slices.Contains([]desired.Code{"unknown-type", "bad-gmt-offset", "root-level-trace", "similar-name", "surrounding-space", "misspelled-setting", "misspelled-logger", "bad-email"}, d.Code) {
			t.Errorf("%s %s\n%s", d.Code, d, text)
		}
	}
	return state
}

// drawTenant draws a tenant whose clusters have any names and values.
func drawTenant(t *rapid.T, now time.Time) cluster.Snapshot {
	snapshot := cluster.Snapshot{Tenant: cluster.Tenant{Org: "acme ${X}"}}
	for i := range rapid.IntRange(0, 6).Draw(t, "clusters") {
		document := map[string]any{
			"id": strconv.Itoa(i), "name": hostileText().Draw(t, "name"),
			"type": rapid.SampledFrom([]string{"idn", "iai", "spConnectCluster", "new type", "IDN", " iai", ""}).Draw(t, "type"),
		}
		drawMembers(t, document)
		text, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		snapshot.Clusters = append(snapshot.Clusters, cluster.Live{
			ID: document["id"].(string), Name: document["name"].(string), Type: document["type"].(string),
			Document: text, Log: cluster.LogState{Known: true, Config: drawLiveLog(t, now)},
		})
	}
	return snapshot
}

// drawMembers draws the other members: each may be missing, null or of another type.
func drawMembers(t *rapid.T, document map[string]any) {
	anything := rapid.OneOf(
		rapid.Map(hostileText(), func(s string) any { return s }),
		rapid.SampledFrom([]any{nil, 1.5, true, []any{"a"}, map[string]any{"a": "b"}}),
	)
	key := rapid.OneOf(hostileText(), rapid.SampledFrom([]string{"gmtOffset", "debug", "cookbook", "va_version"}))
	preference := rapid.SampledFrom([]string{"updateState", "notificationEmail", "processGroups", "other"})
	members := map[string]*rapid.Generator[any]{
		"description": anything,
		"configuration": rapid.OneOf(anything, rapid.Map(rapid.MapOfN(key, anything, 0, 5),
			func(m map[string]any) any { return m })),
		"updatePreferences": rapid.OneOf(anything, rapid.Map(rapid.MapOfN(preference, anything, 0, 4),
			func(m map[string]any) any { return m })),
	}
	for _, name := range []string{"description", "configuration", "updatePreferences"} {
		if rapid.Bool().Draw(t, "has "+name) {
			document[name] = members[name].Draw(t, name)
		}
	}
}

func drawLiveLog(t *rapid.T, now time.Time) *cluster.LiveLogConfig {
	if rapid.Bool().Draw(t, "no log configuration") {
		return nil
	}
	level := rapid.SampledFrom(append(cluster.Levels(), "LOUD"))
	c := cluster.LiveLogConfig{
		RootLevel: level.Draw(t, "rootLevel"),
		LogLevels: rapid.MapOfN(hostileText(), level, 0, 3).Draw(t, "logLevels"),
	}
	if rapid.Bool().Draw(t, "ends") {
		c.Expiration = now.Add(time.Duration(rapid.Int64Range(-int64(time.Hour), int64(48*time.Hour)).Draw(t, "end")))
	}
	return &c
}

// hostileText draws names and values from so few that clusters share them.
func hostileText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringN(0, 12, -1), rapid.SampledFrom([]string{
		"", "va-austin", "va-austin", "null", "yes", "-6", "1:30", "<<", "a: b", "- a", "#", "${A}", "$${", "a\nb", "\x1b[31m",
		"\u2028", "\ufeff", "\u202e", "`a` | <b> @c", "東京",
	}))
}
