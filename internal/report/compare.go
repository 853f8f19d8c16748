package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"clusterctl/internal/cluster"
	"clusterctl/internal/compare"
)

// OfComparison returns the report of a comparison.
func OfComparison(r compare.Report) Document {
	s, a, b := r.Summary, plainName(r.A.Name), plainName(r.B.Name)
	names := cluster.Tenant{Org: r.A.Name + " and " + r.B.Name}
	d := Document{
		Kind: "compare", Nothing: "no differences", Tool: r.Tool, Tenant: names, Data: r, Verdict: comparisonVerdict(r),
		Text: Text{Lead: []Phrase{sidePhrase(r.A), sidePhrase(r.B)}},
		Comment: Comment{
			Intro: Quoting("%s is compared with %s.", r.A.Name, r.B.Name), Whole: "the JSON report",
		},
		Page: Page{
			Subject: Quoting("%s and %s", r.A.Name, r.B.Name), Tone: toneOf(s == compare.Summary{Matching: s.Matching}, s.Unknown > 0),
			Columns: []string{"Field", a, b},
			Tallies: present(
				Tally{"changed", "changed", s.Changed}, Tally{string(compare.OnlyInA), "only in " + a, s.OnlyInA},
				Tally{string(compare.OnlyInB), "only in " + b, s.OnlyInB},
				Tally{"unknown", "unknown", s.Unknown}, Tally{"unchanged", "match", s.Matching}),
			Facts: slices.Concat(sideFacts(r.A), sideFacts(r.B), []Fact{{Term: "Created", Text: Moment(r.CreatedAt)}}),
			First: []string{string(compare.Unknown), string(compare.Changed)},
		},
	}
	for _, kind := range []compare.Kind{compare.Unknown, compare.Changed, compare.OnlyInA, compare.OnlyInB} {
		d.Groups = append(d.Groups, Group{Kind: string(kind), Title: comparedAs(r, kind), Manner: Unfolded})
	}
	d.Groups[0].Manner = Visible
	for i, item := range r.Items {
		shown := comparedItem(r, item)
		shown.Apart = i == 0 || item.Kind != r.Items[i-1].Kind || hasDetails(shown) || hasDetails(d.Items[i-1])
		if len(shown.Fields) > 0 {
			d.Comment.Outro = Quoting("In the diffs, `-` is the value in %s and `+` the value in %s.", r.A.Name, r.B.Name)
		}
		d.Items = append(d.Items, shown)
	}
	return d.printable()
}

func comparisonVerdict(r compare.Report) string {
	s := r.Summary
	if !r.Differs() && s.Unknown == 0 {
		return "No differences. " + allMatch(s.Matching)
	}
	line := fmt.Sprintf("Differences: %d changed, %d only in %s, %d only in %s", s.Changed, s.OnlyInA, plainName(r.A.Name), s.OnlyInB, plainName(r.B.Name))
	return Join(", ", line, enumerated(Tally{Label: "unknown", N: s.Unknown})) + "."
}

// sidePhrase says what a side is, such as "production is tenant acme at https://…, 12
// clusters listed."
func sidePhrase(s compare.Side) Phrase {
	switch {
	case s.Tenant == nil:
		return Quoting("%s: files, "+Count(len(s.Entries), "cluster")+" declared.", s.Name)
	case sandboxOf(*s.Tenant) != "":
		return Quoting("%s: sandbox %s, "+Count(s.Listing.Listed, "cluster")+" listed.", s.Name, s.Tenant.Sandbox)
	default:
		return Quoting("%s: tenant %s at %s, "+Count(s.Listing.Listed, "cluster")+" listed.", s.Name, orUnknown(s.Tenant.Org), s.Tenant.BaseURL)
	}
}

func sideFacts(s compare.Side) []Fact {
	if s.Tenant == nil {
		return []Fact{{Term: "Files", Text: s.Name}}
	}
	return tenantFacts(*s.Tenant, s.Listing)
}

// comparedAs is how a kind is reported.
func comparedAs(r compare.Report, kind compare.Kind) string {
	switch kind {
	case compare.OnlyInA:
		return "only in " + plainName(r.A.Name)
	case compare.OnlyInB:
		return "only in " + plainName(r.B.Name)
	default:
		return string(kind)
	}
}

// plainName returns the name of a side for titles and the verdict, which no format escapes:
// without any character that Markdown could interpret.
func plainName(name string) string {
	name = strings.ReplaceAll(name, "://", ":")
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII && unicode.IsPrint(r) || unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" -./:", r) {
			return r
		}
		return '_'
	}, name)
}

func comparedItem(r compare.Report, item compare.Item) Item {
	i := Item{
		Kind: string(item.Kind), What: comparedAs(r, item.Kind), Name: item.Name, Message: item.Message, IsGeneral: item.A == nil && item.B == nil && item.Name == "",
		Mark: map[compare.Kind]Mark{compare.Changed: MarkChange, compare.OnlyInA: MarkRemove, compare.OnlyInB: MarkAdd, compare.Unknown: MarkNote}[item.Kind],
		Rule: "compare-" + string(item.Kind), Identity: []string{r.A.Name, r.B.Name, item.Name},
		Level: Serious, Test: Test{Result: Fails, Prints: true},
	}
	for _, place := range []*compare.Place{item.B, item.A} { // an annotation is for the first that is in a file
		if place != nil && place.Source != nil {
			i.Source = place.Source
		}
	}
	i.Origin = placeOf(i.Source)
	if item.Kind == compare.OnlyInA || item.Kind == compare.OnlyInB {
		i.What, i.Message = "cluster", i.What
	}
	for _, f := range item.Diff {
		i.Fields = append(i.Fields, Field{Path: f.Path, Before: string(f.A), After: string(f.B)})
	}
	return i
}
