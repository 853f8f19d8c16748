package report

import (
	"fmt"
	"io"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
)

// Drift writes where a tenant left its files and, with a history, how that came
// about.
func (h HTML) Drift(w io.Writer, d drift.Report) error {
	s := d.Summary
	return page{
		Subject: pageSubject("Drift", d.Tenant),
		Warning: shown(Unverified(&d.Proof)),
		Verdict: shown(DriftVerdict(d)),
		Tone:    toneOf(!d.Found(), s.Missing+s.Blocked > 0),
		Counts: present(
			count{kind{"changed"}, "changed", s.Changed}, count{kind{"missing"}, "missing", s.Missing},
			count{kind{"blocked"}, "blocked", s.Blocked}, count{kind{"lapsed"}, "lapsed", s.Lapsed},
			count{kind{"unmanaged"}, "unmanaged", s.Unmanaged}, count{kind{wordKnown}, "known", s.Known},
			count{kind{"unchanged"}, "as declared", d.Matching},
		),
		Facts:    append(tenantFacts(d.Tenant, &d.Proof), fact{Term: "Made", Text: moment(d.CreatedAt)}),
		Chart:    chartOf(h.History, d),
		Sections: driftSections(d),
		Tool:     show(d.Tool),
	}.write(w)
}

// driftSections hold what counts and, folded, what does not.
func driftSections(d drift.Report) []section {
	columns := columns{First: "Field", Second: "Expected", Third: "Found"}
	counts := section{Columns: columns}
	rest := section{Title: "Does not count: unmanaged or lapsed", Folded: true, Columns: columns}
	known := section{Title: "Known: accepted for a time", Folded: true, Columns: columns}
	for _, i := range d.Items {
		switch {
		case i.Known != nil:
			known.Items = append(known.Items, htmlDriftItem(i))
		case !d.Counts(i):
			rest.Items = append(rest.Items, htmlDriftItem(i))
		default:
			counts.Items = append(counts.Items, htmlDriftItem(i))
		}
	}
	putInFront(counts.Items, []string{string(cluster.DriftMissing), string(cluster.DriftBlocked), string(cluster.DriftChanged)})
	sections := []section{counts}
	for _, s := range []section{rest, known} {
		if len(s.Items) > 0 {
			sections = append(sections, s)
		}
	}
	return sections
}

func htmlDriftItem(d drift.Item) item {
	i := item{kind: kind{string(d.Kind)}, Name: show(d.Name), ID: show(d.ID)}
	if d.Source != nil {
		i.Source = show(d.Source.String())
	}
	if d.Known != nil {
		i.kind, i.Action = kind{wordKnown}, show(string(d.Kind))
		i.Notes = append(i.Notes, shown(fmt.Sprintf("until %s: ", moment(d.Known.Until)))+show(d.Known.Reason))
	}
	if d.Message != "" {
		i.Notes = append(i.Notes, show(d.Message))
	}
	fields := fieldsToShow(d)
	if why := cause(d.Cause); len(fields) == 0 && why != "" { // else each field tells its own
		i.Notes = append(i.Notes, why)
	}
	for _, f := range fields {
		i.Fields = append(i.Fields, line{
			Path: show(f.Path), Before: show(value(f.Expected)), After: show(value(f.Found)), Remark: cause(f.Cause),
		})
	}
	return i
}

// cause is because, where it stands alone.
func cause(c drift.Cause) shown {
	return shown(strings.Trim(because(c), " ()"))
}
