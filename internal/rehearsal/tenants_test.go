package rehearsal

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/sandbox"
)

// Whatever a tenant supports, its copy gives the same plan, byte by byte, and the plan passes.
func TestTenantsThatDiffer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options sandbox.Options
		trust   bool
		faults  bool
	}{
		"empty":               {options: sandbox.Options{}, faults: true},
		"no count":            {options: sandbox.Options{Seed: 12, NoCount: true}},
		"no count, trusted":   {options: sandbox.Options{Seed: 5, NoCount: true}, trust: true, faults: true},
		"no name filter":      {options: sandbox.Options{Seed: 12, NoNameFilter: true}},
		"omitted logs":        {options: sandbox.Options{Seed: 5, OmitInlineLogs: true}, faults: true},
		"inline logs":         {options: sandbox.Options{Seed: 12, InlineAllLogs: true}},
		"no clients returned": {options: sandbox.Options{Seed: 12, Omit: []string{"clientIds", "type"}}},
		"pages":               {options: sandbox.Options{Seed: 260}},
		"pages without names": {options: sandbox.Options{Seed: 260, NoNameFilter: true}},
		"a full page":         {options: sandbox.Options{Seed: 250, NoCount: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.options)
			w.trust = test.trust
			w.files = variedFiles(t, w)
			in := w.rehearsalInput(t)
			in.Faults, in.TrustListing = test.faults, test.trust
			expectSamePlan(t, in)
			got, err := Run(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if got.Failed() || got.Faults != nil && got.Faults.NotReached > 0 {
				t.Errorf("%s", indented(t, got))
			}
		})
	}
}

// expectSamePlan plans on a copy.
func expectSamePlan(t *testing.T, in Input) {
	t.Helper()
	copies, err := Copy(in.Snapshot)
	if err != nil {
		t.Fatal(err)
	}
	twin, err := (&rehearsal{in: in, copies: copies}).newTwin(trouble{})
	if err != nil {
		t.Fatal(err)
	}
	var got planner.Plan
	err = twin.during(t.Context(), func(s *session) (err error) {
		got, err = s.replan()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(indented(t, in.Plan), indented(t, got)); diff != "" {
		t.Errorf("the copy is planned differently:\n%s", diff)
	}
}

// variedFiles declare a create, an update, log configurations, a delete and, if there are clusters, a
// swap of the names of two of them.
func variedFiles(t testing.TB, w *world) []cluster.Cluster {
	t.Helper()
	window := &cluster.LogConfig{RootLevel: "DEBUG", Expiration: w.clock.Now().Add(3 * time.Hour)}
	files := []cluster.Cluster{
		{Name: "va-new", Configuration: cluster.Settings{"gmtOffset": new("3")}, UpdatePreferences: cluster.Settings{"updateState": new("AUTO")}, LogConfig: window},
		configured("va-austin", cluster.Settings{"gmtOffset": new("9"), "gone": nil}),
		{Name: "va-denver", LogConfig: window},
		{Name: "va-frankfurt", State: cluster.Absent},
	}
	if w.idOf(t, "va-dublin") != "" {
		files = append(files,
			cluster.Cluster{Name: "va-dublin", ID: w.idOf(t, "va-boston")},
			cluster.Cluster{Name: "va-boston", ID: w.idOf(t, "va-dublin")})
	}
	return files
}

// idOf returns the id of a cluster; empty if there is none.
func (w *world) idOf(t testing.TB, name string) string {
	t.Helper()
	clusters, err := w.tenant.Clusters()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range clusters {
		if nameIn(c.Document) == name {
			return c.ID
		}
	}
	return ""
}

// A rehearsal ends with its context, and says why.
func TestInterruptedRehearsal(t *testing.T) {
	t.Parallel()
	in := small(t).rehearsalInput(t)
	in.Faults = true
	ctx, cancel := context.WithCancel(t.Context())
	in.Now = func() time.Time { cancel(); return start() } // once faults begin
	if got, err := Run(ctx, in); err == nil {
		t.Errorf("no error, but %+v", got)
	}
}
