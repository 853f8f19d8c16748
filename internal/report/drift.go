package report

import (
	"cmp"
	"fmt"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
)

const (
	kindKnown  = "known"
	asideKnown = "Known: accepted for a limited time"
	asideRest  = "Not counted as drift: unmanaged clusters and expired log configurations"
)

// DriftOptions are inputs of the drift report besides the drift.
type DriftOptions struct {
	Matching int     // declared clusters that match
	History  []Event // earlier reports and runs in any order; a page draws them
}

// OfDrift returns the report of differences between a tenant and its files.
func OfDrift(r drift.Report, o DriftOptions) Document {
	s := r.Summary
	d := Document{
		Kind: "drift", Nothing: "no drift", Tool: r.Tool, Tenant: r.Tenant, Data: r, Verdict: DriftVerdict(r, o.Matching), Unverified: Unverified(&r.Listing),
		Compares: true,
		Text:     Text{Lead: []Phrase{heading(r.Tenant, r.Listing)}, Closing: notCounted(r)},
		Comment: Comment{
			Intro: tenantPhrase(r.Tenant, ": "+Join(", ", Count(r.Listing.Listed, "cluster")+" listed", matching(o.Matching))+"."),
			Whole: "the JSON report",
		},
		Page: Page{
			Subject: Quoting("Drift for %s", tenantName(r.Tenant)), Tone: toneOf(!r.Found(), s.Missing+s.Blocked > 0),
			Tallies: present(
				Tally{"changed", "changed", s.Changed}, Tally{"missing", "missing", s.Missing}, Tally{"blocked", "blocked", s.Blocked},
				Tally{"lapsed", "lapsed", s.Lapsed}, Tally{"unmanaged", "unmanaged", s.Unmanaged},
				Tally{kindKnown, "known", s.Known}, Tally{"unchanged", "match", o.Matching}),
			Facts:  append(tenantFacts(r.Tenant, &r.Listing), Fact{Term: "Created", Text: Moment(r.CreatedAt)}),
			First:  []string{string(cluster.DriftMissing), string(cluster.DriftBlocked), string(cluster.DriftChanged)},
			Asides: []string{asideRest, asideKnown}, Timeline: timelineOf(o.History, r),
		},
	}
	d.Rendering.Matching = &o.Matching
	d.Groups, d.Rules = groupsAndRules(r)
	for i, item := range r.Items {
		shown := driftItem(r, item)
		shown.Apart = i == 0 || item.Kind != r.Items[i-1].Kind || hasDetails(shown) || hasDetails(d.Items[i-1])
		if len(shown.Fields) > 0 {
			d.Comment.Outro = Quoting("In the diffs, `-` is the value in your files and `+` the value in the tenant.")
		}
		d.Items = append(d.Items, shown)
	}
	return d.printable()
}

// DriftVerdict returns the last line of a drift report. It has only what counts as drift.
func DriftVerdict(r drift.Report, matching int) string {
	if !r.Found() {
		return "No drift. " + allMatch(matching)
	}
	s := r.Counted()
	line := fmt.Sprintf("Drift: %d changed, %d missing", s.Changed, s.Missing)
	switch {
	case r.Strict:
		line += fmt.Sprintf(", %d unmanaged, %d lapsed", s.Unmanaged, s.Lapsed)
	case s.Unmanaged > 0: // prune would delete them
		line += fmt.Sprintf(", %d unmanaged", s.Unmanaged)
	}
	if s.Blocked > 0 {
		line += fmt.Sprintf(", %d blocked", s.Blocked)
	}
	return line + "."
}

// notCounted returns a sentence about the items that the verdict leaves out; empty if there
// are none.
func notCounted(r drift.Report) string {
	s, counted := r.Summary, r.Counted()
	aside := enumerated(Tally{Label: "unmanaged", N: s.Unmanaged - counted.Unmanaged}, Tally{Label: "lapsed", N: s.Lapsed - counted.Lapsed})
	if aside != "" {
		aside += " (use --strict to count them)"
	}
	if all := Join(", ", aside, enumerated(Tally{Label: "known (accepted with --known)", N: s.Known})); all != "" {
		return "Not counted as drift: " + all + "."
	}
	return ""
}

// hasDetails reports whether an item takes more than a line.
func hasDetails(i Item) bool { return len(i.Fields) > 0 || i.Accepted != nil }

func driftItem(r drift.Report, item drift.Item) Item {
	kind := string(item.Kind)
	i := Item{
		Kind: kind, What: kind, Name: orUnknown(item.Name), ID: item.ID, Source: item.Source, Origin: placeOf(item.Source), Message: item.Message,
		Mark: NoMark, Rule: driftRule(item.Kind), Identity: []string{tenantKey(r.Tenant), item.Name, item.ID},
		Level: driftLevel(r, item), Test: Test{Result: Fails, Prints: true},
	}
	kinds := driftKinds()
	if at := slices.IndexFunc(kinds, func(k driftKind) bool { return k.kind == item.Kind }); at >= 0 && item.Known == nil {
		i.Mark = kinds[at].mark
	}
	switch {
	case item.Known != nil:
		i.Kind, i.Accepted, i.Aside = kindKnown, (*Accepted)(item.Known), asideKnown
		i.Test.Result = Skips
	case !r.Counts(item):
		i.Aside = asideRest
		i.Test.Result, i.Test.Reason = Skips, "not counted as drift (--strict counts it)"
	}
	if item.Kind != cluster.DriftMissing { // a missing cluster needs no list of its fields
		for _, f := range item.Diff {
			i.Fields = append(i.Fields, Field{f.Path, cmp.Or(string(f.Expected), None), cmp.Or(string(f.Found), None), causeWords(f.Cause)})
		}
	}
	switch {
	case len(i.Fields) > 0 || item.Cause != "" || item.Known != nil:
	case item.Kind == cluster.DriftBlocked:
		i.Alike, i.Trace = alike(item.Message, item.ID)
	case item.Kind == cluster.DriftUnmanaged && !r.Counts(item):
		i.Alike, i.List = kind, "clusterctl drift --strict"
	}
	if len(i.Fields) == 0 { // else each field has its own
		i.Cause, i.Absence = causeOfCluster(item), "declared, but missing from the tenant"
	}
	return i
}

func causeWords(c drift.Cause) string {
	return map[drift.Cause]string{drift.LiveChanged: "changed in the tenant", drift.FileAhead: "changed in the file", drift.BothChanged: "changed in both"}[c]
}

// causeOfCluster returns the cause of a difference that is not in single fields.
func causeOfCluster(item drift.Item) string {
	type key struct {
		kind  cluster.DriftKind
		cause drift.Cause
	}
	words := map[key]string{
		{cluster.DriftMissing, drift.LiveChanged}:   "deleted in the tenant",
		{cluster.DriftMissing, drift.FileAhead}:     "added to the files since the apply",
		{cluster.DriftUnmanaged, drift.LiveChanged}: "created again in the tenant",
		{cluster.DriftUnmanaged, drift.FileAhead}:   "removed from the files since the apply",
		{cluster.DriftChanged, drift.LiveChanged}:   "created again in the tenant",
		{cluster.DriftChanged, drift.FileAhead}:     "declared absent since the apply",
	}
	return cmp.Or(words[key{item.Kind, item.Cause}], causeWords(item.Cause))
}

// driftLevel is an error if the item counts as drift.
func driftLevel(r drift.Report, item drift.Item) Level {
	if r.Counts(item) {
		return Serious
	}
	return Notice
}

// driftKind is how a kind of drift is reported.
type driftKind struct {
	kind    cluster.DriftKind
	summary string
	mark    Mark // NoMark if nobody has to act
	manner  Manner
}

func driftKinds() []driftKind {
	return []driftKind{
		{cluster.DriftBlocked, "the cluster differs in a way that apply cannot change", MarkNote, Visible},
		{cluster.DriftMissing, "the declared cluster is missing from the tenant", MarkRemove, Visible},
		{cluster.DriftChanged, "the cluster differs from its declaration", MarkChange, Unfolded},
		{cluster.DriftUnmanaged, "the cluster is in the tenant, but not in your files", NoMark, Folded},
		{cluster.DriftLapsed, "the log configuration has expired", NoMark, Folded},
	}
}

// driftRule returns the rule id of a kind of drift.
func driftRule(kind cluster.DriftKind) string { return "drift-" + string(kind) }

// groupsAndRules shows what counts as drift and folds the rest.
func groupsAndRules(r drift.Report) (groups []Group, rules []Rule) {
	for _, k := range driftKinds() {
		level := driftLevel(r, drift.Item{Kind: k.kind})
		if k.manner == Folded && level == Serious {
			k.manner = Unfolded
		}
		groups = append(groups, Group{Kind: string(k.kind), Title: string(k.kind), Manner: k.manner})
		rules = append(rules, Rule{driftRule(k.kind), k.summary, level})
	}
	slices.SortFunc(rules, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return append(groups, Group{Kind: kindKnown, Title: kindKnown, Manner: Folded}), rules
}
