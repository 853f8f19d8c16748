package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/mask"
	"clusterctl/internal/planner"
)

// GitHub writes documents as the workflow commands that GitHub shows as
// annotations, at file and line where there is one. It shows ten of a level for
// each step, so the gravest come first, and what is left out is counted.
type GitHub struct {
	Masker *mask.Masker
	Paths  Paths
	// SkipBlocked makes a blocked item of a plan a warning, which is an error otherwise.
	SkipBlocked bool
}

// annotationsOfLevel is how many annotations of one level GitHub shows of a step.
const annotationsOfLevel = 10

// level is how grave an annotation is, gravest first.
type level int

const (
	levelError level = iota
	levelWarning
	levelNotice
)

func (l level) String() string { return [...]string{"error", "warning", "notice"}[l] }

type annotation struct {
	isFirst        bool // whatever its level: it concerns the document as a whole
	level          level
	source         *cluster.Source // nil where no file has to do with it
	title, message string
}

// Plan annotates what a plan would change where it is declared: what is blocked
// as an error, what nothing brings back as a warning.
func (g GitHub) Plan(w io.Writer, p planner.Plan) error {
	t := wording{g.Masker}
	var found []annotation
	for _, c := range p.Changes {
		found = append(found, annotation{false, levelOfChange(c), c.Source, fmt.Sprintf("%s %s", c.Action, t.cluster(c.Name, c.ID)), t.changes(c)})
	}
	for _, f := range p.Findings {
		if f.Kind == planner.Ignored { // nobody has to do with it, in no pull request
			continue
		}
		found = append(found, annotation{false, g.levelOfFinding(f), f.Source, fmt.Sprintf("%s %s", f.Kind, t.cluster(f.Name, f.ID)), t.message(f.Message)})
	}
	return g.write(w, withUnverified(&p.Proof, p.Warnings), found)
}

func levelOfChange(c planner.Change) level {
	if c.Action == planner.Delete {
		return levelWarning
	}
	return levelNotice
}

func (g GitHub) levelOfFinding(f planner.Finding) level {
	switch {
	case f.Kind == planner.Blocked && !g.SkipBlocked:
		return levelError
	case f.Kind == planner.Blocked, f.Kind == planner.Irreversible:
		return levelWarning
	default:
		return levelNotice
	}
}

// Drift annotates where a tenant left its files: what counts as an error.
func (g GitHub) Drift(w io.Writer, d drift.Report) error {
	t := wording{g.Masker}
	var found []annotation
	for _, item := range d.Items {
		a := annotation{false, levelNotice, item.Source, fmt.Sprintf("%s %s", item.Kind, t.cluster(item.Name, item.ID)), t.drift(item)}
		if d.Counts(item) {
			a.level = levelError
		}
		if item.Known != nil {
			a.message += "\n" + t.known(item)
		}
		found = append(found, a)
	}
	return g.write(w, withUnverified(&d.Proof, nil), found)
}

// Result annotates what was not applied where it is declared.
func (g GitHub) Result(w io.Writer, r applier.Result) error {
	t := wording{g.Masker}
	var found []annotation
	for _, o := range r.Outcomes {
		a := annotation{false, levelError, o.Source, fmt.Sprintf("%s %s: %s", o.Action, t.cluster(o.Name, o.ID), o.Outcome), t.message(o.Error)}
		switch {
		case wasHeldBack(o.Outcome):
			a.level = levelWarning
		case !hasFailed(o.Outcome):
			continue
		}
		found = append(found, a)
	}
	return g.write(w, withUnverified(r.Proof, r.Warnings), found)
}

// Diagnostics annotates findings where they are.
func (g GitHub) Diagnostics(w io.Writer, d Diagnostics) error {
	t := wording{g.Masker}
	var found []annotation
	for _, f := range d.Diagnostics {
		a := annotation{false, levelError, &cluster.Source{File: f.File, Line: f.Line, Column: f.Column}, string(f.Code), t.message(withHint(f))}
		if f.Severity == desired.Warning {
			a.level = levelWarning
		}
		found = append(found, a)
	}
	return g.write(w, nil, found)
}

func (g GitHub) write(w io.Writer, warnings []planner.Warning, found []annotation) error {
	out := bufio.NewWriter(w)
	for _, a := range gravest(append(g.warnings(warnings), found...)) {
		fmt.Fprintf(out, "::%s %s::%s\n", a.level, g.properties(a), commandText(cmp.Or(a.message, a.title)))
	}
	return out.Flush()
}

func (g GitHub) properties(a annotation) string {
	title := "title=" + commandProperty(a.title)
	if a.source == nil {
		return title
	}
	file := wording{g.Masker}.name(g.Paths.of(a.source.File))
	return fmt.Sprintf("file=%s,line=%d,col=%d,%s", commandProperty(file), a.source.Line, a.source.Column, title)
}

// gravest is what GitHub would show, and a last notice on what is left out.
func gravest(found []annotation) []annotation {
	rank := func(a annotation) level {
		if a.isFirst {
			return levelError - 1
		}
		return a.level
	}
	slices.SortStableFunc(found, func(a, b annotation) int { return cmp.Compare(rank(a), rank(b)) })
	var (
		all, left [levelNotice + 1]int
		shown     []annotation
	)
	for _, a := range found {
		all[a.level]++
		if all[a.level] <= annotationsOfLevel {
			shown = append(shown, a)
		} else {
			left[a.level]++
		}
	}
	if left == [levelNotice + 1]int{} {
		return shown
	}
	if all[levelNotice] >= annotationsOfLevel { // room for the last one
		shown = shown[:len(shown)-1]
		left[levelNotice]++
	}
	return append(shown, annotation{level: levelNotice, title: "more than GitHub shows", message: fmt.Sprintf(
		"%s, %s and %s are left out (all of them with --output json)",
		Count(left[levelError], "error"), Count(left[levelWarning], "warning"), Count(left[levelNotice], "notice"))})
}

// commandText escapes what would end a workflow command.
func commandText(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// commandProperty escapes what would end a property of one, too.
func commandProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandText(s))
}
