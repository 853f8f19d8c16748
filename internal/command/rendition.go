package command

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"clusterctl/internal/applier"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
)

// rendition is a document in every format that was asked for, and not yet written.
type rendition struct {
	// files are for all destinations but standard output.
	files []reportFile
	// stdout is for standard output, and nil where nothing goes there.
	stdout []byte
	// verdict is for standard error where nothing goes to standard output.
	verdict string
}

type reportFile struct {
	to   destination
	data []byte
}

func (o output) plan(e env, p planner.Plan) error {
	var unmanaged []planner.Stray
	if !o.quiet {
		unmanaged = adoptable(e, p.Strays)
	}
	return o.reportPlan(e, p, report.PlanOptions{Unmanaged: unmanaged})
}

// savedPlan reports a plan that was read from data.
func (o output) savedPlan(e env, p planner.Plan, data []byte) error {
	return o.reportPlan(e, p, report.PlanOptions{Saved: data})
}

func (o output) reportPlan(e env, p planner.Plan, options report.PlanOptions) error {
	options.SkipBlocked = o.skipBlocked
	d := report.OfPlan(p, options)
	return o.deliver(e, o.documentPrinter(e, d), d.Verdict)
}

// drift reports drift; the history is for a page, which draws it.
func (o output) drift(e env, r drift.Report, history []report.Event) error {
	d := report.OfDrift(r, history)
	return o.deliver(e, o.documentPrinter(e, d), d.Verdict)
}

// document reports a document whose verdict nobody misses.
func (o output) document(e env, d report.Document) error {
	return o.deliver(e, o.documentPrinter(e, d), "")
}

// diagnostics reports findings. Where no other document goes to standard output
// they go to standard error: with the error that ends the run (see untold) or,
// if there is none, here.
func (o output) diagnostics(e env, found desired.Diagnostics, isStrict bool) error {
	if o.isText() {
		if !found.HasErrors() {
			warn(e, found)
		}
		o.to = slices.DeleteFunc(slices.Clone(o.to), func(to destination) bool { return !to.isFile() })
	}
	return o.document(e, report.OfDiagnostics(toolName(), found, isStrict))
}

// untold are the findings for standard error: only the errors if a document with
// all of them went to standard output.
func (o output) untold(found desired.Diagnostics) desired.Diagnostics {
	if o.isText() {
		return found
	}
	return found.Errors()
}

// isText reports whether no document other than text goes to standard output.
func (o output) isText() bool {
	on := o.stdoutFormat()
	return on == formatText || on == ""
}

// result reports what was done, wherever it can be: one destination that fails
// takes nothing from the others, and then it is told on standard error as well.
func (o output) result(e env, r applier.Result) error {
	d := report.OfResult(r)
	made, err := o.rendered(o.documentPrinter(e, d), d.Verdict)
	if err == nil {
		err = errors.Join(made.writeFiles(e), made.writeStdout(e, o.quiet))
	}
	if err != nil {
		err = errors.Join(err, o.logResult(e, r, d))
	}
	return err
}

// logResult writes the result to standard error.
func (o output) logResult(e env, r applier.Result, d report.Document) error {
	if e.Log.isPlain() {
		return o.text(e, e.Stderr).Write(e.Stderr, d)
	}
	e.Log.Info(d.Verdict, slog.Any("result", r))
	return nil
}

// deliver reports to the files first, and only where all of them could be written
// to standard output.
func (o output) deliver(e env, print printer, verdict string) error {
	made, err := o.rendered(print, verdict)
	if err != nil {
		return err
	}
	if err := made.writeFiles(e); err != nil {
		return err
	}
	return made.writeStdout(e, o.quiet)
}

// rendered is a report for all destinations.
func (o output) rendered(print printer, verdict string) (rendition, error) {
	made := rendition{verdict: verdict}
	for _, to := range o.to {
		var out bytes.Buffer
		if err := print(&out, to); err != nil {
			return rendition{}, err
		}
		if to.isFile() {
			made.files = append(made.files, reportFile{to, out.Bytes()})
		} else {
			made.stdout, made.verdict = out.Bytes(), ""
		}
	}
	return made, nil
}

// writeFiles writes every file that can be, each whole or not at all, and masked
// as the streams are.
func (r rendition) writeFiles(e env) error {
	var failed error
	for _, file := range r.files {
		masked := e.Masker.Text(string(file.data))
		if err := e.replaceFile(file.to.path, []byte(masked)); err != nil {
			failed = errors.Join(failed, fmt.Errorf("--output %s: %w", file.to, err))
		}
	}
	return failed
}

// writeStdout writes what goes to standard output. Where nothing does, standard
// error tells how it went.
func (r rendition) writeStdout(e env, quiet bool) error {
	if r.stdout != nil {
		_, err := e.Stdout.Write(r.stdout)
		return err
	}
	if r.verdict != "" && !quiet {
		e.Log.Info(r.verdict)
	}
	return nil
}
