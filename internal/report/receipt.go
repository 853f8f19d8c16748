package report

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"clusterctl/internal/receipt"
)

// Receipt writes what the runs of a receipt did, request by request.
func (t Text) Receipt(w io.Writer, r receipt.Receipt) error {
	out := &document{to: w}
	fmt.Fprintf(out, "Receipt %s: %s.\n", Printable(r.Name), Count(len(r.Runs), "run"))
	for _, run := range r.Runs {
		t.pastRun(out, run)
	}
	if r.Truncated {
		fmt.Fprint(out, "\nThe receipt ends within a line, which is left out.\n")
	}
	return out.flush()
}

func (t Text) pastRun(w io.Writer, run receipt.Run) {
	fmt.Fprintf(w, "\nRun of %s on tenant %s at %s, digest %s\n", stamp(run.Start),
		Printable(orUnknown(run.Tenant.Org)), Printable(run.Tenant.BaseURL), Printable(run.Digest))
	for _, r := range run.Requests {
		t.pastRequest(w, r)
	}
	fmt.Fprintf(w, "\n%s\n", pastVerdict(run))
}

// pastVerdict tells how a run ended. What was done is counted as at the end of
// an apply.
func pastVerdict(run receipt.Run) string {
	if run.End == nil {
		return "The run was cut off: the same apply, run again, does the rest."
	}
	s, doubts := *run.End, ""
	if s.Unverified+s.Unknown > 0 { // no request shows them
		doubts = fmt.Sprintf(" (%s)", missing(s))
	}
	return fmt.Sprintf("%d applied, %d unchanged, %d failed, %d skipped%s.",
		s.Applied, s.Unchanged, s.NotInForce(), s.Skipped+s.NotAttempted, doubts)
}

func (t Text) pastRequest(w io.Writer, r receipt.Request) {
	fmt.Fprintln(w)
	t.entry(w, entry{
		mark:    actionMark(r.Change.Action),
		subject: subject(string(r.Change.Action), r.Change.Name, pastID(r)),
		origin:  Printable(r.Source.String()),
	})
	sent := fmt.Sprintf("%s %s: %s", Printable(r.Method), Printable(r.Path), pastAnswer(r.Outcome))
	fmt.Fprintf(w, "%s%s\n", indent, t.wrapped(sent, len(indent)))
	if r.Outcome != nil && !r.Outcome.Unsettled {
		t.pastFields(w, r.Outcome.Before, r.Outcome.After)
	}
}

// pastID is the id of the cluster, once it has one.
func pastID(r receipt.Request) string {
	if r.Outcome != nil && r.Outcome.ID != "" {
		return r.Outcome.ID
	}
	return r.Change.ID
}

func pastAnswer(o *receipt.Outcome) string {
	switch {
	case o == nil:
		return "cut off: not known whether it was done"
	case o.Unsettled:
		return "not known whether it was done: " + Printable(o.Error)
	case o.Status == 0:
		return "no answer"
	}
	text := fmt.Sprint(o.Status)
	if o.RequestID != "" {
		text += fmt.Sprintf(" (request id %s)", Printable(o.RequestID))
	}
	if o.Error != "" {
		text += ": " + Printable(o.Error)
	}
	return text
}

// pastFields tells what a request wrote over what.
func (t Text) pastFields(w io.Writer, before, after *receipt.State) {
	was, is := fieldsOf(before), fieldsOf(after)
	var fields []field
	for _, path := range changedPaths(was, is) {
		fields = append(fields, pastField(path, was[path], is[path]))
	}
	t.fields(w, fields)
}

// changedPaths are the fields that are not as they were, in order.
func changedPaths(was, is map[string]string) []string {
	paths := slices.AppendSeq(slices.Collect(maps.Keys(was)), maps.Keys(is))
	slices.Sort(paths)
	return slices.DeleteFunc(slices.Compact(paths), func(path string) bool { return was[path] == is[path] })
}

// fieldsOf are the values of a state as text. A log configuration is one.
func fieldsOf(s *receipt.State) map[string]string {
	values := map[string]string{}
	switch {
	case s == nil:
	case s.Fields == nil:
		values["/logConfig"] = Printable(s.Log.String())
	default:
		for path, v := range s.Fields {
			values[path] = value(v)
		}
	}
	return values
}

// pastField tells a field as a plan does; an empty value is none.
func pastField(path, was, is string) field {
	f := field{mark: markChange, path: Printable(path), first: was, between: " → ", second: is}
	switch {
	case was == "":
		f.mark, f.first, f.between, f.second = markAdd, is, "", ""
	case is == "":
		f.mark, f.between = markRemove, ""
	}
	return f
}
