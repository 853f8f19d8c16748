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

// PlanOptions are what the report of a plan follows from besides the plan.
type PlanOptions struct {
	SkipBlocked bool                       // blocked items do not fail the run
	Unmanaged   []planner.UnmanagedCluster // are shown as entries for the files, too
	// Saved is the plan as it was read: JSON keeps what a later version put into it.
	Saved json.RawMessage
}

// mostFindings is how many findings that need nobody to act a text lists of each kind.
const mostFindings = 10

// OfPlan is the report of a plan.
func OfPlan(p planner.Plan, o PlanOptions) Document {
	d := Document{
		Kind: "plan", Nothing: "nothing to change", Tool: p.Tool, Tenant: p.Tenant, Data: p, Verdict: PlanVerdict(p), Unverified: Unverified(&p.Listing),
		Groups: planGroups(),
		Text:   Text{Lead: []Phrase{heading(p.Tenant, p.Listing)}, Adopt: adoption(o.Unmanaged)},
		Comment: Comment{
			Intro: tenantPhrase(p.Tenant, ": "+Count(p.Listing.Listed, "cluster")+" listed, "+besides(p.Summary)),
			Outro: planTerms(p), Whole: "the JSON plan",
		},
		Page: Page{
			Subject: Quoting("Plan for %s", orUnknown(p.Tenant.Org)), Tone: toneOf(p.IsEmpty(), p.Summary.Delete+p.Summary.Blocked > 0),
			Tallies: planTallies(p.Summary), Facts: planFacts(p),
			First:  []string{string(planner.Delete), string(planner.Blocked), string(planner.Irreversible)},
			Asides: []string{asideUnmanaged, asideIgnored, asideSatisfied},
		},
	}
	if p.Undo { // the comment of one must not take the place of the other
		d.Kind = "undo"
	}
	if p.Budget.Requests > 0 {
		d.Text.Closing = fmt.Sprintf("Applying it takes up to %s more, about %d s.", Count(p.Budget.Requests, "request"), p.Budget.Seconds)
	}
	if o.Saved != nil {
		d.Data = o.Saved
		d.Text.Lead = slices.Insert(d.Text.Lead, 0, madePhrase(p))
	}
	for _, c := range p.Changes {
		d.Items = append(d.Items, changeItem(c))
	}
	for i, f := range p.Findings {
		item := findingItem(f, o.SkipBlocked)
		item.Apart = i == 0 || p.Findings[i-1].Kind != f.Kind
		d.Items = append(d.Items, item)
	}
	d.Items = append(d.Items, warningItems(p.Warnings)...)
	return d.printable()
}

// OfReview names the tenant that a plan is run on, and the plan, which was shown to
// a reviewer before. The listing is nil if none was read.
func OfReview(tenant cluster.Tenant, listing *cluster.Listing, p planner.Plan) Document {
	lead := tenantPhrase(tenant, ": running the plan of "+Stamp(p.CreatedAt)+", digest %s.", p.Digest)
	return Document{Unverified: Unverified(listing), Text: Text{Lead: []Phrase{lead}}}.printable()
}

// PlanVerdict is the last line of a plan.
func PlanVerdict(p planner.Plan) string {
	if p.IsEmpty() && p.Summary.Irreversible == 0 {
		return "No changes. " + allMatch(p.Summary.Unchanged)
	}
	s := p.Summary
	line := fmt.Sprintf("Plan: %d to create, %d to update, %s to set, %d to delete", s.Create, s.Update, Count(s.SetLog, "log config"), s.Delete)
	return Join(", ", line, enumerated(Tally{Label: "blocked", N: s.Blocked}, Tally{Label: "irreversible", N: s.Irreversible})) + "."
}

// heading names the tenant that was read, and how much was listed.
func heading(t cluster.Tenant, listing cluster.Listing) Phrase {
	return tenantPhrase(t, ": "+Count(listing.Listed, "cluster")+" listed.")
}

func tenantPhrase(t cluster.Tenant, then string, quoted ...string) Phrase {
	return Quoting("Tenant %s at %s"+then, append([]string{orUnknown(t.Org), t.BaseURL}, quoted...)...)
}

func madePhrase(p planner.Plan) Phrase {
	until := ""
	if p.ExpiresAt != nil {
		until = ", good until " + Stamp(*p.ExpiresAt)
	}
	return Quoting("Plan of "+Stamp(p.CreatedAt)+" by %s, digest %s"+until, p.Tool, p.Digest)
}

// besides counts what no verdict counts.
func besides(s planner.Summary) string {
	more := enumerated(Tally{Label: "unmanaged", N: s.Unmanaged}, Tally{Label: "ignored", N: s.Ignored}, Tally{Label: "satisfied", N: s.Satisfied})
	return Join(", ", fmt.Sprintf("%d as declared", s.Unchanged), more) + "."
}

// planTerms are what the plan costs and how it is recognised.
func planTerms(p planner.Plan) Phrase {
	terms := ""
	if p.Budget.Requests > 0 {
		terms += "Applying it takes " + cost(p.Budget) + ". "
	}
	if p.ExpiresAt != nil {
		terms += "Good until " + Stamp(*p.ExpiresAt) + ". "
	}
	if p.Digest == "" {
		return Quoting(strings.TrimSpace(terms))
	}
	return Quoting(terms+"Digest %s", p.Digest)
}

func cost(b planner.Budget) string {
	return fmt.Sprintf("up to %s, about %d s", Count(b.Requests, "request"), b.Seconds)
}

func planFacts(p planner.Plan) []Fact {
	facts := append(tenantFacts(p.Tenant, &p.Listing), Fact{Term: "Made", Text: Moment(p.CreatedAt)})
	if p.ExpiresAt != nil {
		facts = append(facts, Fact{Term: "Good until", Text: Moment(*p.ExpiresAt)})
	}
	if p.Budget.Requests > 0 {
		facts = append(facts, Fact{Term: "Applying it takes", Text: cost(p.Budget)})
	}
	return append(facts, digestFact(p.Digest))
}

// tenantFacts name the tenant and, if it was listed, how much of it.
func tenantFacts(t cluster.Tenant, listing *cluster.Listing) []Fact {
	facts := []Fact{{Term: "Tenant", Text: t.BaseURL}}
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
		Tally{"blocked", "blocked", s.Blocked}, Tally{"irreversible", "irreversible", s.Irreversible},
		Tally{"unchanged", "unchanged", s.Unchanged})
}

// logConfigsToSet is what stands behind the number of log configurations to set.
func logConfigsToSet(n int) string {
	if n == 1 {
		return "log config to set"
	}
	return "log configs to set"
}

// present leaves out what is counted only if there is any.
func present(tallies ...Tally) []Tally {
	always := []string{"create", "update", "set-log", "delete", "changed", "missing", "applied", kindFailed}
	return slices.DeleteFunc(tallies, func(t Tally) bool { return t.N == 0 && !slices.Contains(always, t.Kind) })
}

// planGroups begin with what is blocked, which is why a check fails.
func planGroups() []Group {
	return []Group{
		{Kind: string(planner.Blocked), Title: "blocked"},
		{Kind: string(planner.Delete), Title: "to delete", Layout: Flush},
		{Kind: string(planner.Irreversible), Title: "irreversible"},
		warningGroup(),
		{Kind: string(planner.Create), Title: "to create", Manner: Folded, Layout: Headed},
		{Kind: string(planner.Update), Title: "to update", Manner: Folded, Layout: Headed},
		{Kind: string(planner.SetLog), Title: logConfigsToSet(1), Plural: logConfigsToSet(2), Manner: Folded, Layout: Headed},
		{Kind: string(planner.Unmanaged), Title: "unmanaged", Manner: Folded, Most: mostFindings},
		{Kind: string(planner.Ignored), Title: "ignored", Manner: Folded, Most: mostFindings},
		{Kind: string(planner.Satisfied), Title: "satisfied", Manner: Folded},
	}
}

// adoption are unmanaged clusters as entries for a file, as many as are listed among the
// findings. The writer of files makes them printable.
func adoption(unmanaged []planner.UnmanagedCluster) string {
	var block desired.File
	for _, s := range unmanaged[:min(len(unmanaged), mostFindings)] {
		if strings.TrimSpace(s.Live.Name) == "" { // no entry can be without a name
			continue
		}
		declared := desired.Declare(s.Live).Cluster
		if s.Shared {
			declared.ID = s.Live.ID
		}
		block.Clusters = append(block.Clusters, declared)
	}
	if len(block.Clusters) == 0 {
		return ""
	}
	text := fmt.Sprintf("To manage what is unmanaged, add it to the clusters of a file; to leave it alone, add it to policy.ignore.\n\n%s", block.Entries())
	if more := len(unmanaged) - mostFindings; more > 0 {
		text += fmt.Sprintf("\n… and %d more, which clusterctl export --target NAME prints.\n", more)
	}
	return text
}
