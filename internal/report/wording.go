package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"clusterctl/internal/applier"
	"clusterctl/internal/drift"
	"clusterctl/internal/mask"
	"clusterctl/internal/planner"
)

// The most bytes that formats with a limit show of one text. What is longer is
// cut, with a mark that says so.
const (
	mostOfName    = 200
	mostOfValue   = 400
	mostOfMessage = 600
)

// wording is how the formats that cut and escape put things. A secret is masked
// before either: half of one, or one that was escaped, nobody would recognise.
type wording struct{ masker *mask.Masker }

// line is text as one printable line of valid UTF-8, without secrets and not
// much longer than most bytes.
func (t wording) line(s string, most int) string {
	s = t.masker.Text(s)
	return Printable(truncated(strings.ToValidUTF8(s, "\uFFFD"), most))
}

func (t wording) name(s string) string { return t.line(s, mostOfName) }

func (t wording) message(s string) string { return t.line(s, mostOfMessage) }

// value is a JSON value; one that is not there is "(none)".
func (t wording) value(raw json.RawMessage) string {
	if raw == nil {
		return value(nil)
	}
	return t.line(string(raw), mostOfValue)
}

// cluster is "va-austin (2c91)".
func (t wording) cluster(name, id string) string {
	if id == "" {
		return t.name(name)
	}
	return fmt.Sprintf("%s (%s)", t.name(name), t.name(id))
}

// change is what becomes of one field.
func (t wording) change(d planner.FieldDiff) string {
	path := t.name(d.Path)
	switch {
	case d.Before == nil && d.After == nil:
		return path + ": not to be there"
	case d.Before == nil:
		return fmt.Sprintf("%s: %s", path, t.value(d.After))
	default:
		return fmt.Sprintf("%s: %s → %s", path, t.value(d.Before), t.value(d.After))
	}
}

// changes tells a change field by field.
func (t wording) changes(c planner.Change) string {
	var lines []string
	if c.Action == planner.Delete {
		lines = append(lines, attached(c))
	}
	diff := shownDiff(c)
	for i, d := range diff {
		if i == shownFields {
			lines = append(lines, moreFields(len(diff)))
			break
		}
		lines = append(lines, t.change(d))
	}
	return strings.Join(lines, "\n")
}

// drift tells what is not as declared, field by field.
func (t wording) drift(item drift.Item) string {
	var lines []string
	if item.Message != "" {
		lines = append(lines, t.message(item.Message))
	}
	for i, d := range fieldsToShow(item) {
		if i == shownFields {
			lines = append(lines, moreFields(len(item.Diff)))
			break
		}
		lines = append(lines, fmt.Sprintf("%s: expected %s, found %s%s", t.name(d.Path), t.value(d.Expected), t.value(d.Found), because(d.Cause)))
	}
	if len(lines) == 0 {
		lines = append(lines, "declared, and not there"+because(item.Cause))
	}
	return strings.Join(lines, "\n")
}

// known tells why drift is accepted; nothing where it is not.
func (t wording) known(item drift.Item) string {
	if item.Known == nil {
		return ""
	}
	return fmt.Sprintf("known until %s: %s", item.Known.Until.Format(time.RFC3339), t.message(item.Known.Reason))
}

// shownFields is how many fields of one cluster the formats with a limit show.
const shownFields = 20

func moreFields(all int) string {
	return fmt.Sprintf("… and %s more", Count(all-shownFields, "field"))
}

// outcomeWords are the words of some outcomes, what went wrong first. Words that
// are not known here are among those.
func outcomeWords(outcomes []applier.ChangeResult) []applier.Outcome {
	order := []applier.Outcome{
		applier.Failed, applier.Unknown, applier.Conflict, applier.NotApplied, applier.Unverified, "",
		applier.Skipped, applier.NotAttempted, applier.Applied, applier.Unchanged,
	}
	rank := func(w applier.Outcome) int {
		if i := slices.Index(order, w); i >= 0 {
			return i
		}
		return slices.Index(order, "")
	}
	var words []applier.Outcome
	for _, o := range outcomes {
		if !slices.Contains(words, o.Outcome) {
			words = append(words, o.Outcome)
		}
	}
	slices.SortFunc(words, func(a, b applier.Outcome) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	return words
}

// hasFailed reports whether an outcome is one that nobody wanted. A word that is
// not known here is one of them.
func hasFailed(w applier.Outcome) bool { return !w.IsInForce() && !wasHeldBack(w) }

// wasHeldBack reports whether nothing was tried.
func wasHeldBack(w applier.Outcome) bool { return w == applier.Skipped || w == applier.NotAttempted }

// truncated cuts a text that is longer than most bytes, between characters, and
// says how long it was.
func truncated(s string, most int) string {
	if len(s) <= most {
		return s
	}
	end := most
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return fmt.Sprintf("%s… (%d bytes in all)", s[:end], len(s))
}
