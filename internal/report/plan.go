package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
)

// PlanOptions are inputs of the plan report besides the plan.
type PlanOptions struct {
	SkipBlocked bool // blocked items do not fail the run
	// ListUnmanaged makes a text list unmanaged and ignored clusters, not count them.
	ListUnmanaged bool
	Unmanaged     []planner.UnmanagedCluster // a text shows them as entries, too
	// Saved is the plan as it was read: JSON keeps the fields of later versions.
	Saved json.RawMessage
}

// OfPlan returns the report of a plan.
func OfPlan(p planner.Plan, o PlanOptions) Document {
	d := Document{
		Kind: "plan", Nothing: "no changes", Tool: p.Tool, Tenant: p.Tenant, Data: p, Verdict: PlanVerdict(p), Unverified: Unverified(&p.Listing),
		Groups: planGroups(),
		Text:   Text{Lead: []Phrase{heading(p.Tenant, p.Listing)}, Adopt: adoption(o.Unmanaged)},
		Comment: Comment{
			Intro: tenantPhrase(p.Tenant, ": "+Join(", ", Count(p.Listing.Listed, "cluster")+" listed", besides(p.Summary))+"."),
			Outro: planTerms(p), Whole: "the JSON plan",
		},
		Page: Page{
			Subject: Quoting("Plan for %s", tenantName(p.Tenant)), Tone: toneOf(p.IsEmpty(), p.Summary.Delete+p.Summary.Blocked+p.Summary.Denied > 0),
			Tallies: planTallies(p.Summary), Facts: planFacts(p),
			First:  []string{string(planner.Denied), string(planner.Blocked), string(planner.Waived), string(planner.Delete), string(planner.Irreversible)},
			Asides: []string{asideUnmanaged, asideIgnored, asideSatisfied},
		},
	}
	if p.Undo { // the comment of a plan must not replace that of an undo
		d.Kind, d.Page.Subject = "undo", Quoting("Undo for %s", tenantName(p.Tenant))
	}
	if p.Budget.Requests > 0 {
		d.Text.Closing = "Applying needs " + cost(p.Budget) + "."
	}
	if o.Saved != nil {
		d.Data = o.Saved
		d.Text.Lead = slices.Insert(d.Text.Lead, 0, madePhrase(p))
	}
	p.Warnings = slices.DeleteFunc(slices.Clone(p.Warnings), func(w planner.Warning) bool {
		if w.Code == planner.CodePolicyDiffers {
			d.Policy = w.Message
		}
		return w.Code == planner.CodePolicyDiffers
	})
	d.addRehearsal(p)
	d.Rendering = Rendering{SkipBlocked: o.SkipBlocked, ListUnmanaged: o.ListUnmanaged, Text: d.Text.Adopt}
	d.Items = slices.Concat(rehearsalItems(p), planItems(p, o))
	d.foldLong()
	return d.printable()
}

// planItems are denied, blocked and waived findings, changes, other findings and warnings, in this order.
func planItems(p planner.Plan, o PlanOptions) []Item {
	var denied, waived, blocked, changes, others []Item
	for _, c := range p.Changes {
		changes = append(changes, changeItem(c))
	}
	for _, f := range p.Findings {
		item, to := findingItem(f, o.SkipBlocked), &others
		switch f.Kind {
		case planner.Blocked:
			to = &blocked
		case planner.Denied:
			to = &denied
		case planner.Waived:
			to = &waived
		case planner.Ignored, planner.Irreversible, planner.Satisfied, planner.Unmanaged:
		}
		if o.ListUnmanaged && item.List != "" {
			item.Alike, item.List = "", ""
		}
		item.Apart = len(*to) == 0 || (*to)[len(*to)-1].Kind != item.Kind
		*to = append(*to, item)
	}
	return slices.Concat(denied, blocked, waived, changes, others, warningItems(p.Warnings))
}

// OfReview names the tenant and the saved plan that is applied to it. listing is nil if none
// was read.
func OfReview(tenant cluster.Tenant, listing *cluster.Listing, p planner.Plan) Document {
	lead := tenantPhrase(tenant, ": applying the plan created at "+Stamp(p.CreatedAt)+", digest %s.", p.Digest)
	return Document{Unverified: Unverified(listing), Text: Text{Lead: []Phrase{lead}}}.printable()
}

// PlanVerdict returns the last line of a plan.
func PlanVerdict(p planner.Plan) string {
	if p.IsEmpty() && p.Summary.Irreversible == 0 {
		return "No changes. " + allMatch(p.Summary.Unchanged)
	}
	s, kind := p.Summary, "Plan"
	if p.IsDenied() {
		kind = "Plan denied"
	}
	line := fmt.Sprintf("%s: %d to create, %d to update, %s to set, %d to delete", kind, s.Create, s.Update, Count(s.SetLog, "log config"), s.Delete)
	return Join(", ", line, enumerated(Tally{Label: "blocked", N: s.Blocked}, Tally{Label: "denied", N: s.Denied}, Tally{Label: "waived", N: s.Waived}, Tally{Label: "irreversible", N: s.Irreversible})) + "."
}

// heading names the tenant and counts its clusters.
func heading(t cluster.Tenant, listing cluster.Listing) Phrase {
	return tenantPhrase(t, ": "+Count(listing.Listed, "cluster")+" listed.")
}

func tenantPhrase(t cluster.Tenant, then string, quoted ...string) Phrase {
	if dir := sandboxOf(t); dir != "" {
		return Quoting("Sandbox %s"+then, append([]string{dir}, quoted...)...)
	}
	return Quoting("Tenant %s at %s"+then, append([]string{orUnknown(t.Org), t.BaseURL}, quoted...)...)
}

func madePhrase(p planner.Plan) Phrase {
	until := ""
	if p.ExpiresAt != nil {
		until = ", expires at " + Stamp(*p.ExpiresAt)
	}
	return Quoting("Plan created at "+Stamp(p.CreatedAt)+" by %s, digest %s"+until, p.Tool, p.Digest)
}

// besides counts what the verdict does not.
func besides(s planner.Summary) string {
	more := enumerated(Tally{Label: "unmanaged", N: s.Unmanaged}, Tally{Label: "ignored", N: s.Ignored}, Tally{Label: "satisfied", N: s.Satisfied}, Tally{Label: "waived", N: s.Waived})
	return Join(", ", matching(s.Unchanged), more)
}

// planTerms say what the plan needs, when it expires, and its digest.
func planTerms(p planner.Plan) Phrase {
	terms := ""
	if p.Budget.Requests > 0 {
		terms += "Applying needs " + cost(p.Budget) + ". "
	}
	if p.ExpiresAt != nil {
		terms += "Expires at " + Stamp(*p.ExpiresAt) + ". "
	}
	if p.Digest == "" {
		return Quoting(strings.TrimSpace(terms))
	}
	return Quoting(terms+"Digest %s", p.Digest)
}

func cost(b planner.Budget) string {
	return fmt.Sprintf("up to %s (about %d s)", Count(b.Requests, "request"), b.Seconds)
}

func planFacts(p planner.Plan) []Fact {
	facts := append(tenantFacts(p.Tenant, &p.Listing), Fact{Term: "Created", Text: Moment(p.CreatedAt)})
	if p.ExpiresAt != nil {
		facts = append(facts, Fact{Term: "Expires", Text: Moment(*p.ExpiresAt)})
	}
	if p.Budget.Requests > 0 {
		facts = append(facts, Fact{Term: "Applying needs", Text: cost(p.Budget)})
	}
	return append(facts, digestFact(p.Digest))
}

// tenantFacts name the tenant and count its listed clusters.
func tenantFacts(t cluster.Tenant, listing *cluster.Listing) []Fact {
	facts := []Fact{{Term: "Tenant", Text: t.BaseURL}}
	if dir := sandboxOf(t); dir != "" {
		facts[0] = Fact{Term: "Sandbox", Text: dir}
	}
	if listing != nil {
		facts = append(facts, Fact{Term: "Listed", Text: Count(listing.Listed, "cluster")})
	}
	return facts
}

func digestFact(digest string) Fact { return Fact{Term: "Digest", Text: digest, IsCode: true} }

func planTallies(s planner.Summary) []Tally {
	return present(
		Tally{"create", "to create", s.Create}, Tally{"update", "to update", s.Update},
		Tally{"set-log", logConfigsToSet(s.SetLog), s.SetLog}, Tally{"delete", "to delete", s.Delete},
		Tally{"blocked", "blocked", s.Blocked}, Tally{"denied", "denied", s.Denied}, Tally{"waived", "waived", s.Waived}, Tally{"irreversible", "irreversible", s.Irreversible},
		Tally{"unchanged", "match", s.Unchanged})
}

// logConfigsToSet returns the words after the number of log configurations to set.
func logConfigsToSet(n int) string {
	if n == 1 {
		return "log config to set"
	}
	return "log configs to set"
}

// present removes tallies of zero, except those that are always shown.
func present(tallies ...Tally) []Tally {
	always := []string{"create", "update", "set-log", "delete", "changed", "missing", "applied", kindFailed}
	return slices.DeleteFunc(tallies, func(t Tally) bool { return t.N == 0 && !slices.Contains(always, t.Kind) })
}

// planGroups begin with denied and blocked items, which fail a check. A long comment folds creates first
// and updates last; it never folds denied and blocked items, deletes and warnings.
func planGroups() []Group {
	return []Group{
		{Kind: string(planner.Denied), Title: "denied"},
		{Kind: string(planner.Blocked), Title: "blocked"},
		{Kind: string(planner.Waived), Title: "waived"},
		{Kind: string(planner.Delete), Title: "to delete", Layout: Flush},
		{Kind: string(planner.Irreversible), Title: "irreversible"},
		warningGroup(),
		{Kind: string(planner.Create), Title: "to create", Layout: Headed, Folds: 1},
		{Kind: string(planner.Update), Title: "to update", Layout: Headed, Folds: 3},
		{Kind: string(planner.SetLog), Title: logConfigsToSet(1), Plural: logConfigsToSet(2), Layout: Headed, Folds: 2},
		{Kind: string(planner.Unmanaged), Title: "unmanaged", Manner: Folded},
		{Kind: string(planner.Ignored), Title: "ignored", Manner: Folded},
		{Kind: string(planner.Satisfied), Title: "satisfied", Manner: Folded},
	}
}

// adoption returns unmanaged clusters as entries for a file, printable.
func adoption(unmanaged []planner.UnmanagedCluster) string {
	var block desired.File
	for _, s := range unmanaged {
		if strings.TrimSpace(s.Live.Name) == "" { // an entry needs a name
			continue
		}
		block.Clusters = append(block.Clusters, Entry(s).Cluster)
	}
	if len(block.Clusters) == 0 {
		return ""
	}
	return fmt.Sprintf("To manage unmanaged clusters, add these entries to a file; to ignore them, add them to policy.ignore.\n\n%s", block.Entries())
}

// Entry returns the declaration of an unmanaged cluster, with its id if others have its name.
func Entry(u planner.UnmanagedCluster) desired.Declaration {
	d := desired.Declare(u.Live)
	if u.Shared {
		d.Cluster.ID = u.Live.ID
	}
	return d
}
