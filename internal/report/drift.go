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
	asideKnown = "Known: accepted for a time"
	asideRest  = "Does not count: unmanaged or lapsed"
)

// DriftOptions are what the report of drift follows from besides the drift.
type DriftOptions struct {
	Matching int     // declared clusters that match their files
	History  []Event // what happened before, in any order; a page draws it
}

// OfDrift is the report of where a tenant differs from its files.
func OfDrift(r drift.Report, o DriftOptions) Document {
	s := r.Summary
	d := Document{
		Kind: "drift", Nothing: "no drift", Tool: r.Tool, Tenant: r.Tenant, Data: r, Verdict: DriftVerdict(r, o.Matching), Unverified: Unverified(&r.Listing),
		Compares: true,
		Text:     Text{Lead: []Phrase{heading(r.Tenant, r.Listing)}},
		Comment: Comment{
			Intro: tenantPhrase(r.Tenant, fmt.Sprintf(": %s listed, %d as declared.", Count(r.Listing.Listed, "cluster"), o.Matching)),
			Whole: "the JSON report",
		},
		Page: Page{
			Subject: Quoting("Drift for %s", orUnknown(r.Tenant.Org)), Tone: toneOf(!r.Found(), s.Missing+s.Blocked > 0),
			Tallies: present(
				Tally{"changed", "changed", s.Changed}, Tally{"missing", "missing", s.Missing}, Tally{"blocked", "blocked", s.Blocked},
				Tally{"lapsed", "lapsed", s.Lapsed}, Tally{"unmanaged", "unmanaged", s.Unmanaged},
				Tally{kindKnown, "known", s.Known}, Tally{"unchanged", "as declared", o.Matching}),
			Facts:  append(tenantFacts(r.Tenant, &r.Listing), Fact{Term: "Made", Text: Moment(r.CreatedAt)}),
			First:  []string{string(cluster.DriftMissing), string(cluster.DriftBlocked), string(cluster.DriftChanged)},
			Asides: []string{asideRest, asideKnown}, Timeline: timelineOf(o.History, r),
		},
	}
	d.Groups, d.Rules = groupsAndRules(r)
	for i, item := range r.Items {
		shown := driftItem(r, item)
		shown.Apart = i == 0 || item.Kind != r.Items[i-1].Kind || hasDetails(shown) || hasDetails(d.Items[i-1])
		if len(shown.Fields) > 0 {
			d.Comment.Outro = Quoting("In the diffs `-` is what the files say, and `+` what the tenant has.")
		}
		d.Items = append(d.Items, shown)
	}
	return d.printable()
}

// DriftVerdict is the last line of a drift report. It tells what counts.
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

// hasDetails reports whether an item takes more than a line.
func hasDetails(i Item) bool { return len(i.Fields) > 0 || i.Accepted != nil }

func driftItem(r drift.Report, item drift.Item) Item {
	kind := string(item.Kind)
	i := Item{
		Kind: kind, What: kind, Name: item.Name, ID: item.ID, Source: item.Source, Origin: placeOf(item.Source), Message: item.Message,
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
		i.Test.Result, i.Test.Reason = Skips, "does not count as drift (--strict counts it)"
	}
	if item.Kind != cluster.DriftMissing { // that all of it is missing says enough
		for _, f := range item.Diff {
			i.Fields = append(i.Fields, Field{f.Path, cmp.Or(string(f.Expected), None), cmp.Or(string(f.Found), None), causeWords(f.Cause)})
		}
	}
	if len(i.Fields) == 0 { // else each field has its own
		i.Cause, i.Absence = causeWords(item.Cause), "declared, and not there"
	}
	return i
}

func causeWords(c drift.Cause) string {
	return map[drift.Cause]string{drift.LiveChanged: "live changed", drift.FileAhead: "the file is ahead", drift.BothChanged: "both changed since"}[c]
}

// driftLevel is an error if an item counts.
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
	mark    Mark // of what needs somebody to act
	manner  Manner
}

func driftKinds() []driftKind {
	return []driftKind{
		{cluster.DriftBlocked, "a cluster that differs in a way that apply refuses to change", MarkNote, Visible},
		{cluster.DriftMissing, "a declared cluster that is not there", MarkRemove, Visible},
		{cluster.DriftChanged, "a cluster that is not as declared", MarkChange, Unfolded},
		{cluster.DriftUnmanaged, "a cluster that no file declares", NoMark, Folded},
		{cluster.DriftLapsed, "a log configuration that has ended", NoMark, Folded},
	}
}

// driftRule is the name of a kind of drift among those of all tools.
func driftRule(kind cluster.DriftKind) string { return "drift-" + string(kind) }

// groupsAndRules show what counts, and fold the rest.
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
