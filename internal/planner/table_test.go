package planner_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/policy"
)

// cell is a row of the table at builder.add, as tenant and files. The outcome is only in
// the table.
type cell struct {
	// alone omits the other cluster, which is declared and matches.
	alone   bool
	desired []cluster.Cluster
	live    []string
	// odd are further live clusters with something unknown.
	odd     []cluster.Live
	policy  policy.Policy
	selects cluster.Selection
	// more is the number of further declared clusters that match.
	more int
	// unverified is a listing that may lack clusters; trusted accepts it.
	unverified, trusted bool
	// says is part of the expected finding or error.
	says string
}

// Clusters as a tenant returns them. Those named va-old are renamed to va.
const (
	kept       = `{"id":"0","name":"kept","type":"idn"}`
	one        = `{"id":"1","name":"va","type":"idn","description":null}`
	twin       = `{"id":"2","name":"va","type":"idn"}`
	ofSystem   = `{"id":"1","name":"va","type":"spConnectCluster"}`
	withClient = `{"id":"1","name":"va","type":"idn","clientIds":["7"]}`
	withOwn    = `{"id":"1","name":"va","type":"idn","serviceCount":3}`
	withBoth   = `{"id":"1","name":"va","type":"idn","clientIds":["7","8"],"serviceCount":3}`
	old        = `{"id":"3","name":"va-old","type":"idn"}`
	oldTwin    = `{"id":"4","name":"va-old","type":"idn"}`
)

// selector selects by name.
func selector(globs ...cluster.Glob) policy.Selector { return policy.Selector{Names: globs} }

// noType ignores no type, not even the system types.
func noType() policy.Selector { return policy.Selector{Types: []string{}} }

func declare(changes ...func(*cluster.Cluster)) []cluster.Cluster {
	c := cluster.Cluster{Name: "va", State: cluster.Present}
	for _, change := range changes {
		change(&c)
	}
	return []cluster.Cluster{c}
}

func tombstone(changes ...func(*cluster.Cluster)) []cluster.Cluster {
	return declare(append(changes, func(c *cluster.Cluster) { c.State = cluster.Absent })...)
}

func described(c *cluster.Cluster)     { c.Description = new("as declared") }
func logged(c *cluster.Cluster)        { c.LogConfig = &cluster.LogConfig{RootLevel: "INFO"} }
func renamed(c *cluster.Cluster)       { c.RenamedFrom = "va-old" }
func removeClients(c *cluster.Cluster) { c.RemoveClients = true }

func id(id string) func(*cluster.Cluster)    { return func(c *cluster.Cluster) { c.ID = id } }
func ofType(s string) func(*cluster.Cluster) { return func(c *cluster.Cluster) { c.Type = &s } }

func undeclaredCells() map[string]cell {
	prune := policy.Policy{Prune: true}
	return map[string]cell{
		"N1":  {live: []string{ofSystem}, says: "system-managed (type spConnectCluster)"},
		"N2":  {live: []string{one}, policy: policy.Policy{Ignore: selector("v*")}, says: "ignored by policy.ignore"},
		"N3":  {live: []string{one}, policy: policy.Policy{Scope: selector("kept")}, says: "outside policy.scope"},
		"N4":  {live: []string{one}, says: "not in your files"},
		"N5":  {live: []string{one, twin}, says: "not in your files"},
		"N6":  {live: []string{one}, policy: prune},
		"N7":  {live: []string{one, twin}, policy: prune},
		"N8":  {live: []string{one}, policy: policy.Policy{Prune: true, Ignore: selector("v*")}, says: "ignored by policy.ignore"},
		"N9":  {live: []string{one}, policy: policy.Policy{Prune: true, Scope: selector("kept")}, says: "outside policy.scope"},
		"N10": {live: []string{ofSystem}, policy: prune, says: "system-managed"},
		"N11": {live: []string{ofSystem}, policy: policy.Policy{Prune: true, Ignore: noType()}, says: "cannot be pruned: system-managed (type spConnectCluster)"},
		"N12": {live: []string{one}, policy: policy.Policy{Prune: true, Protect: selector("v*")}, says: "cannot be pruned: protected by policy.protect"},
		"N13": {live: []string{withClient}, policy: prune, says: "1 client and 0 services attached"},
		"N14": {live: []string{withOwn}, policy: prune, says: "0 clients and 3 services attached"},
		"N15": {live: []string{one, old}, policy: policy.Policy{Prune: true, MaxDeletes: &policy.Limit{N: 2}}},
		"N16": {live: []string{one, old}, policy: policy.Policy{Prune: true, MaxDeletes: &policy.Limit{N: 1}}, says: "2 deletes exceed the limit of 1"},
		"N17": {alone: true, live: []string{one, old}, policy: prune, says: "at least one cluster must stay"},
		"N18": {alone: true, live: []string{withClient, old}, policy: prune, says: "1 client and"},
		"N19": {alone: true, desired: declare(), live: []string{old}, policy: prune},
		"N20": {live: []string{one}, policy: prune, selects: cluster.Selection{Exclude: []cluster.Glob{"v*"}}},
		"N21": {alone: true, live: []string{one, old}, policy: prune, selects: cluster.Selection{Exclude: []cluster.Glob{"va"}}},
		"N22": {
			alone: true, live: []string{ofSystem, old}, policy: policy.Policy{Prune: true, Ignore: noType()},
			selects: cluster.Selection{Exclude: []cluster.Glob{"va"}}, says: "at least one cluster must stay",
		},
	}
}

func presentCells() map[string]cell {
	return map[string]cell{
		"P1":  {desired: declare()},
		"P2":  {desired: declare(id("9")), says: "no live cluster with id 9 is listed; correct the id, or remove it to match by name"},
		"P3":  {desired: declare(renamed)},
		"P4":  {desired: declare(ofType("sqsCluster")), says: "declared, but system-managed (type sqsCluster)"},
		"P5":  {desired: declare(), policy: policy.Policy{Ignore: selector("v*")}, says: "declared, but ignored by policy.ignore"},
		"P6":  {desired: declare(), policy: policy.Policy{Scope: selector("kept")}, says: "declared, but outside policy.scope"},
		"P7":  {desired: declare(), selects: cluster.Selection{Target: []cluster.Glob{"kept"}}},
		"P8":  {desired: declare(ofType("idn")), live: []string{one}},
		"P9":  {desired: declare(described), live: []string{one}},
		"P10": {desired: declare(logged), live: []string{one}},
		"P11": {desired: declare(described, logged), live: []string{one}},
		"P12": {desired: declare(described), live: []string{one}, policy: policy.Policy{Protect: selector("v*")}},
		"P13": {desired: declare(described), live: []string{one}, policy: policy.Policy{Prune: true}},
		"P14": {desired: declare(described), live: []string{withBoth}},
		"P15": {desired: declare(ofType("iai")), live: []string{one}, says: `type: expected "iai", found "idn"; the API cannot change it`},
		"P16": {desired: declare(described), live: []string{ofSystem}, says: "declared, but system-managed (type spConnectCluster)"},
		"P17": {desired: declare(described), live: []string{ofSystem}, policy: policy.Policy{Ignore: noType()}},
		"P18": {desired: declare(described), live: []string{one}, policy: policy.Policy{Ignore: selector("v*")}, says: "declared, but ignored by policy.ignore"},
		"P19": {desired: declare(described), live: []string{one}, policy: policy.Policy{Scope: selector("kept")}, says: "declared, but outside policy.scope"},
		"P20": {desired: declare(id("1")), live: []string{one}},
		"P21": {desired: declare(id("3")), live: []string{old}},
		"P22": {desired: declare(id("3")), live: []string{old, one}, says: `cannot be renamed from "va-old" to "va": live cluster 1 has that name`},
		"P23": {desired: declare(id("1")), live: []string{one, twin}, says: "not in your files"},
		"P24": {desired: declare(renamed), live: []string{old}},
		"P25": {desired: declare(renamed), live: []string{one, old}, says: "not in your files"},
		"P26": {desired: declare(id("3")), live: []string{old}, policy: policy.Policy{Ignore: selector("va")}, says: "declared, but its new name is ignored by policy.ignore"},
		"P27": {desired: declare(renamed), live: []string{old}, policy: policy.Policy{Scope: selector("kept", "va-*")}, says: "declared, but its new name is outside policy.scope; choose another name, or change the policy"},
		"P28": {desired: declare(), live: []string{twin, one}, says: `2 live clusters are named "va": 1, 2; add the id of the right one to the entry`},
		"P29": {desired: declare(renamed), live: []string{old, oldTwin}, says: `2 live clusters are named "va-old": 3, 4`},
		"P30": {desired: append(declare(), declare(id("1"))...), live: []string{one}, says: "live cluster 1 is also declared at :0:0; remove one of the entries"},
	}
}

func absentCells() map[string]cell {
	return map[string]cell{
		"A1":  {desired: tombstone()},
		"A2":  {desired: tombstone(id("9"))},
		"A3":  {desired: tombstone(), policy: policy.Policy{Ignore: selector("v*")}},
		"A4":  {desired: tombstone(), live: []string{one}},
		"A5":  {desired: tombstone(id("3")), live: []string{old}},
		"A6":  {desired: tombstone(renamed), live: []string{old}},
		"A7":  {desired: tombstone(), live: []string{one}, policy: policy.Policy{Ignore: selector("v*")}, says: "declared, but ignored by policy.ignore"},
		"A8":  {desired: tombstone(), live: []string{one}, policy: policy.Policy{Scope: selector("kept")}, says: "declared, but outside policy.scope"},
		"A9":  {desired: tombstone(), live: []string{one}, policy: policy.Policy{Protect: selector("v*")}, says: "protected by policy.protect"},
		"A10": {desired: tombstone(), live: []string{ofSystem}, says: "declared, but system-managed (type spConnectCluster)"},
		"A11": {desired: tombstone(), live: []string{ofSystem}, policy: policy.Policy{Ignore: noType()}, says: "system-managed (type spConnectCluster)"},
		"A12": {desired: tombstone(), live: []string{withClient}, says: "1 client and 0 services attached; to delete it anyway, add removeClients: true to its entry"},
		"A13": {desired: tombstone(), live: []string{withOwn}, says: "0 clients and 3 services attached"},
		"A14": {desired: tombstone(removeClients), live: []string{withBoth}},
		"A15": {desired: tombstone(removeClients), live: []string{withBoth}, policy: policy.Policy{Protect: selector("v*")}, says: "protected by policy.protect"},
		"A16": {desired: tombstone(), live: []string{one}, policy: policy.Policy{MaxDeletes: &policy.Limit{N: 0}}, says: "1 delete exceeds the limit of 0"},
		"A17": {alone: true, desired: tombstone(), live: []string{one}, policy: policy.Policy{Prune: true}},
		"A18": {desired: tombstone(), live: []string{one, twin}, says: `2 live clusters are named "va": 1, 2`},
		"A19": {desired: tombstone(id("3")), live: []string{old}, policy: policy.Policy{Scope: selector("kept", "va-*")}},
	}
}

// others is how many clusters besides those of the row are declared and match.
func (c cell) others() int {
	if c.alone {
		return c.more
	}
	return c.more + 1
}

// plan plans the cell.
func (c cell) plan(t *testing.T) (planner.Plan, error) {
	t.Helper()
	desired, live := slices.Clone(c.desired), slices.Clone(c.live)
	if !c.alone {
		desired, live = append(desired, cluster.Cluster{Name: "kept", State: cluster.Present}), append(live, kept)
	}
	for i := range c.more {
		name := fmt.Sprintf("more-%d", i)
		desired = append(desired, cluster.Cluster{Name: name, State: cluster.Present})
		live = append(live, fmt.Sprintf(`{"id":%q,"name":%q,"type":"idn"}`, name, name))
	}
	in := input(desired, slices.Clone(c.odd))
	in.Policy, in.Selection = c.policy, c.selects
	in.Snapshot.Listing.Verified, in.TrustListing = !c.unverified, c.trusted
	for _, doc := range live {
		in.Snapshot.Clusters = append(in.Snapshot.Clusters, serve(t, doc))
	}
	return planner.New(in)
}

// outcome is what the plan does, in the words of the table.
func (c cell) outcome(p planner.Plan) string {
	count := map[string]int{"unchanged": p.Summary.Unchanged - c.others()}
	for _, change := range p.Changes {
		count[string(change.Action)]++
	}
	for _, f := range p.Findings {
		count[string(f.Kind)]++
	}
	var words []string
	for _, word := range slices.Sorted(maps.Keys(count)) {
		if n := count[word]; n > 3 {
			words = append(words, fmt.Sprintf("%s ×%d", word, n))
			continue
		}
		for range count[word] {
			words = append(words, word)
		}
	}
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, ", ")
}

// messages returns everything that a reviewer reads apart from the changes.
func messages(p planner.Plan) string {
	var lines []string
	for _, f := range p.Findings {
		lines = append(lines, f.Message)
	}
	return strings.Join(lines, "\n")
}

func TestEveryRowOfTheDrawnTable(t *testing.T) {
	t.Parallel()
	drawn := drawnTable(t, "decide.go", "add")
	cells := together(undeclaredCells(), presentCells(), absentCells(),
		oddUndeclaredCells(), oddPresentCells(), oddAbsentCells(), limitCells(), updateCells(), similarCells(), ruleCells())
	checkKeys(t, drawn, cells)
	for key, c := range cells {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			p, err := c.plan(t)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.outcome(p); got != drawn[key].becomes {
				t.Errorf("got %s, drawn: %s\n%s", got, drawn[key], messages(p))
			}
			if got := messages(p); !strings.Contains(got, c.says) || (c.says == "") != (got == "") {
				t.Errorf("messages %q, want %q", got, c.says)
			}
		})
	}
}
