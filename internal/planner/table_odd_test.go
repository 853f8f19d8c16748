package planner_test

import (
	"encoding/json"
	"fmt"

	"clusterctl/internal/cluster"
	"clusterctl/internal/policy"
)

// live is the cluster "va" with id 1, of the usual type and with nothing attached, after
// the given changes.
func live(changes ...func(*cluster.Live)) []cluster.Live {
	l := cluster.Live{
		ID: "1", Name: "va", Type: cluster.DefaultType,
		Clients: cluster.Exactly(0), Services: cluster.Exactly(0),
		Document: json.RawMessage(one), Log: cluster.LogState{Known: true},
	}
	for _, change := range changes {
		change(&l)
	}
	return []cluster.Live{l}
}

func untyped(l *cluster.Live)         { l.Type = "" }
func clientsUnknown(l *cluster.Live)  { l.Clients = cluster.Count{} }
func servicesUnknown(l *cluster.Live) { l.Services = cluster.Count{} }
func withProblem(l *cluster.Live)     { l.Problem = "its name is not text" }
func withoutID(l *cluster.Live)       { l.ID = "" }
func logUnknown(l *cluster.Live)      { l.Log = cluster.LogState{Problem: "no such date"} }

func named(name string) func(*cluster.Live) { return func(l *cluster.Live) { l.Name = name } }

func serving(doc string) func(*cluster.Live) {
	return func(l *cluster.Live) { l.Document = json.RawMessage(doc) }
}

// types selects by type.
func types(types ...string) policy.Selector { return policy.Selector{Types: types} }

func oddUndeclaredCells() map[string]cell {
	prune := policy.Policy{Prune: true}
	return map[string]cell{
		"N23": {alone: true, live: []string{one, old}, policy: policy.Policy{Prune: true, Scope: selector("va")}, says: "outside policy.scope"},
		"N24": {odd: live(untyped), says: "not in your files"},
		"N25": {odd: live(untyped), policy: prune, says: "cannot be pruned: type unknown; declare it, or add its name to policy.ignore"},
		"N26": {
			odd: live(untyped), policy: policy.Policy{Prune: true, Scope: types("idn")},
			says: "of unknown type, so possibly outside policy.scope",
		},
		"N27": {odd: live(untyped), policy: policy.Policy{Prune: true, Ignore: selector("va")}, says: "ignored by policy.ignore"},
		"N28": {alone: true, odd: live(untyped), live: []string{old}, policy: prune, says: "at least one cluster must stay in the tenant"},
		"N29": {
			odd: live(clientsUnknown), policy: prune,
			says: "cannot be pruned: attached clients unknown; to delete it anyway, add an entry with state: absent and removeClients: true",
		},
		"N30": {odd: live(servicesUnknown), policy: prune, says: "attached clients unknown"},
		"N31": {odd: live(withProblem), says: "not in your files; its name is not text"},
		"N32": {odd: live(withProblem), policy: prune, says: "cannot be pruned: its name is not text"},
		"N33": {odd: live(withoutID), policy: prune, says: "cannot be pruned: the tenant returned no id for it"},
		"N34": {odd: live(named("vb")), live: []string{one}, policy: prune, says: "cannot be pruned: the tenant returned its id 2 times"},
		"N35": {live: []string{one}, policy: prune, unverified: true, says: "cannot be pruned: the listing is not verified"},
		"N36": {live: []string{one}, policy: prune, unverified: true, trusted: true},
	}
}

func oddPresentCells() map[string]cell {
	return map[string]cell{
		"P31": {desired: declare(), live: []string{twin, one}, policy: policy.Policy{Prune: true}, says: "2 live clusters are named"},
		"P32": {
			desired: append(declare(id("1"), func(c *cluster.Cluster) { c.Name = "va" }), declare()...),
			live:    []string{one, twin}, says: `2 live clusters are named "va": 1, 2`,
		},
		"P33": {desired: declare(described, ofType("idn")), odd: live(untyped)},
		"P34": {desired: declare(described), odd: live(untyped), policy: policy.Policy{Ignore: types("iai")}},
		"P35": {
			desired: declare(described), odd: live(untyped), policy: policy.Policy{Scope: policy.Selector{Names: []cluster.Glob{"kept"}, Types: []string{"idn"}}},
			says: "declared, but of unknown type, so possibly outside policy.scope; remove the entry, or change the policy",
		},
		"P36": {desired: declare(described), odd: live(untyped), policy: policy.Policy{Scope: selector("*")}},
		"P37": {desired: declare(described), odd: live(withProblem), says: "its name is not text"},
		"P38": {desired: declare(id("1")), odd: live(withProblem, named("?")), says: "its name is not text"},
		"P39": {desired: declare(described), odd: live(withoutID), says: "the tenant returned no id for it"},
		"P40": {desired: declare(id("1")), odd: live(named("vb")), live: []string{one}, says: "the tenant returned its id 2 times"},
		"P41": {
			desired: declare(func(c *cluster.Cluster) { c.Configuration = cluster.Settings{"a": new("b")} }),
			odd:     live(serving(`{"id":"1","name":"va","configuration":[]}`)), says: `"configuration" is not an object in the tenant`,
		},
		"P42": {desired: declare(described), odd: live(serving(`7`)), says: "the document is not a JSON object"},
		"P43": {desired: declare(described, logged), odd: live(logUnknown), says: "log configuration unknown: no such date; to plan the rest, remove logConfig from the entry"},
		"P44": {desired: declare(described), odd: live(logUnknown)},
		"P45": {desired: declare(), unverified: true, says: "not listed, but the listing is not verified and may be incomplete; if you know that it is complete, use --trust-listing"},
		"P46": {desired: declare(), unverified: true, trusted: true},
		"P47": {desired: declare(described, logged), live: []string{one}, unverified: true},
		"P48": {desired: declare(id("9")), unverified: true, says: "no live cluster with id 9 is listed"},
	}
}

func oddAbsentCells() map[string]cell {
	return map[string]cell{
		"A20": {desired: tombstone(), odd: live(clientsUnknown), says: "attached clients unknown; to delete it anyway, add removeClients: true to its entry"},
		"A21": {desired: tombstone(), odd: live(servicesUnknown), says: "attached clients unknown"},
		"A22": {desired: tombstone(removeClients), odd: live(clientsUnknown, servicesUnknown)},
		"A23": {desired: tombstone(removeClients), odd: live(untyped), says: `type unknown; to delete it anyway, add id: "1" to its entry`},
		"A24": {desired: tombstone(id("1")), odd: live(untyped)},
		"A25": {
			desired: tombstone(id("1")), odd: live(untyped), policy: policy.Policy{Protect: types("iai")},
			says: "type unknown, and policy.protect or policy.ignore selects by type",
		},
		"A26": {desired: tombstone(id("1")), odd: live(untyped), policy: policy.Policy{Ignore: types("iai")}, says: "type unknown, and"},
		"A27": {
			desired: tombstone(id("1")), odd: live(untyped), policy: policy.Policy{Scope: policy.Selector{Names: []cluster.Glob{"kept"}, Types: []string{"idn"}}},
			says: "declared, but of unknown type, so possibly outside policy.scope; remove the entry, or change the policy",
		},
		"A28": {desired: tombstone(), odd: live(withProblem), says: "its name is not text"},
		"A29": {desired: tombstone(), odd: live(serving(``)), says: "the document is not valid JSON"},
		"A30": {desired: tombstone(), unverified: true, says: "the listing is not verified"},
		"A31": {desired: tombstone(), live: []string{one}, unverified: true, says: "the listing is not verified"},
		"A32": {desired: tombstone(), live: []string{one}, unverified: true, trusted: true},
		"A33": {desired: tombstone(), unverified: true, trusted: true},
		"A35": {
			desired: append(tombstone(), tombstone(id("1"))...), live: []string{one},
			says: "is also declared at :0:0",
		},
	}
}

// spare returns undeclared clusters.
func spare(n int) []string {
	var docs []string
	for i := range n {
		docs = append(docs, fmt.Sprintf(`{"id":"s%d","name":"spare-%d","type":"idn"}`, i, i))
	}
	return docs
}

// buried returns absent entries for the first clusters of spare.
func buried(n int) []cluster.Cluster {
	var entries []cluster.Cluster
	for i := range n {
		entries = append(entries, cluster.Cluster{Name: fmt.Sprintf("spare-%d", i), State: cluster.Absent})
	}
	return entries
}

func limitCells() map[string]cell {
	prune := policy.Policy{Prune: true}
	const tooMany = "4 deletes exceed the default prune limit (30% of 10 clusters in scope); to allow more, set --max-deletes or policy.maxDeletes"
	return map[string]cell{
		"N37": {more: 6, live: spare(3), policy: prune},
		"N38": {more: 5, live: spare(4), policy: prune, says: "cannot be pruned: " + tooMany},
		"N39": {more: 5, live: spare(3), policy: prune},
		"N40": {more: 5, live: spare(4), policy: policy.Policy{Prune: true, MaxDeletes: &policy.Limit{N: 4}}},
		"N41": {more: 5, live: spare(4), desired: buried(2), policy: prune, says: tooMany},
		"N42": {more: 4, live: spare(4), odd: live(untyped), policy: prune, says: "30% of 9 clusters in scope"},
		"N43": {live: spare(2), desired: buried(1), policy: policy.Policy{Prune: true, MaxDeletes: &policy.Limit{N: 1}}, says: "2 deletes exceed the limit of 1"},
		"N47": {live: []string{one, old}, policy: policy.Policy{Prune: true, MaxDeletes: percent(66)}, says: "2 deletes exceed the limit of 66% of 3 clusters in scope"},
		"N48": {live: []string{one, old}, policy: policy.Policy{Prune: true, MaxDeletes: percent(67)}},
		"N49": {live: []string{twin, old}, odd: live(untyped), policy: policy.Policy{Prune: true, MaxDeletes: percent(50)}, says: "limit of 50% of 3 clusters"},
		"A34": {more: 5, live: spare(4), desired: buried(4), policy: prune},
	}
}

func percent(n int) *policy.Limit { return &policy.Limit{N: n, IsPercent: true} }

func updateCells() map[string]cell {
	atMost := func(n int) policy.Policy { return policy.Policy{MaxUpdates: &policy.Limit{N: n}} }
	share := func(n int) policy.Policy { return policy.Policy{MaxUpdates: percent(n)} }
	const tooMany = "cannot be updated: 1 update exceeds the limit of "
	both := append(declare(described), cluster.Cluster{ID: "3", Name: "vb", State: cluster.Present})
	return map[string]cell{
		"P58": {desired: declare(described), live: []string{one}, policy: atMost(1)},
		"P59": {desired: declare(described), live: []string{one}, policy: atMost(0), says: tooMany + "0; to allow more, set --max-updates or policy.maxUpdates"},
		"P60": {desired: declare(logged), live: []string{one}, policy: atMost(0)},
		"P61": {desired: declare(described, logged), live: []string{one}, policy: atMost(0), says: tooMany + "0"},
		"P62": {desired: declare(renamed, logged), live: []string{old}, policy: atMost(0), says: tooMany + "0"},
		"P63": {desired: declare(), policy: atMost(0)},
		"P64": {desired: both, live: []string{one, old}, policy: atMost(1), says: "cannot be updated: 2 updates exceed the limit of 1"},
		"P65": {desired: declare(described), live: []string{one}, policy: share(50)},
		"P66": {desired: declare(described), live: []string{one}, policy: share(49), says: tooMany + "49% of 2 clusters in scope"},
		"P67": {desired: declare(described), odd: live(untyped), policy: share(50), says: tooMany + "50% of 1 cluster in scope"},
		"P68": {
			desired: append(declare(id("3")), cluster.Cluster{Name: "more-0", State: cluster.Present, Description: new("as declared")}),
			live:    []string{old, one, `{"id":"m","name":"more-0","type":"idn"}`}, policy: atMost(1), says: "live cluster 1 has that name",
		},
	}
}

// Names that look like va.
const (
	blank = `{"id":"5","name":"va ","type":"idn"}`
	upper = `{"id":"6","name":"VA","type":"idn"}`
)

func similarCells() map[string]cell {
	prune, allowed := policy.Policy{Prune: true}, policy.Policy{Prune: true, AllowSimilarNames: true}
	const (
		created = `the name "va" looks like "va " (live cluster 5); if it is the same cluster, use its exact name or id; if not, set policy.allowSimilarNames`
		pruned  = `cannot be pruned: its name "va " looks like "va", declared at :0:0`
	)
	return map[string]cell{
		"N44": {live: []string{`{"id":"5","name":" kept","type":"idn"}`}, policy: prune, says: `cannot be pruned: its name " kept" looks like "kept", declared at :0:0; declare it too, or set policy.allowSimilarNames`},
		"N45": {live: []string{`{"id":"5","name":" kept","type":"idn"}`}, policy: allowed},
		"N46": {desired: tombstone(), live: []string{blank}, policy: prune},
		"P49": {desired: declare(), live: []string{blank}, says: created},
		"P50": {desired: declare(), live: []string{blank}, policy: prune, says: pruned},
		"P51": {desired: declare(), live: []string{blank}, policy: policy.Policy{AllowSimilarNames: true}, says: "not in your files"},
		"P52": {desired: declare(renamed), live: []string{`{"id":"3","name":"VA-old","type":"idn"}`}, policy: prune, says: `the name "va-old" looks like "VA-old" (live cluster 3); if it is`},
		"P53": {desired: declare(id("3")), live: []string{old, blank}, says: `the name "va" looks like "va " (live cluster 5); choose another name, or`},
		"P54": {desired: declare(id("6")), live: []string{upper}},
		"P55": {desired: declare(), live: []string{one, blank}, says: "not in your files"},
		"P56": {desired: declare(), live: []string{one, blank}, policy: prune, says: pruned},
		"P57": {desired: append(declare(), cluster.Cluster{Name: "VA", State: cluster.Present}), live: []string{upper}},
		"A36": {desired: tombstone(), live: []string{blank}, says: "not in your files"},
	}
}
