package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
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
	p.Strays = adoptable(e, p.Strays)
	return deliver(e, o, planFormats, p, report.PlanVerdict(p))
}

// savedPlan reports a plan that was read from data.
func (o output) savedPlan(e env, p planner.Plan, data []byte) error {
	return deliver(e, o, savedPlanFormats(json.RawMessage(data)), p, report.PlanVerdict(p))
}

// drift reports drift; the history is for a page, which draws it.
func (o output) drift(e env, d drift.Report, history []report.Event) error {
	formats := func(r renderers) []format[drift.Report] {
		r.history = history
		return driftFormats(r)
	}
	return deliver(e, o, formats, d, report.DriftVerdict(d))
}

// export prints a file. As YAML it begins with what is to be known of the listing;
// JSON has no place for that.
func (o output) export(e env, f desired.File, proof cluster.Proof) error {
	formats := func(r renderers) []format[desired.File] {
		formats := exportFormats(r)
		yaml := formats[0].write
		formats[0].write = func(w io.Writer, f desired.File) error {
			if warning := report.Unverified(&proof); warning != "" {
				fmt.Fprintf(w, "# Warning: %s.\n", warning)
			}
			return yaml(w, f)
		}
		return formats
	}
	return deliver(e, o, formats, f, "")
}

func (o output) status(e env, s report.Status, now time.Time) error {
	return deliver(e, o, statusFormats(now), s, "")
}

func (o output) ping(e env, p report.Ping) error {
	return deliver(e, o, pingFormats, p, "")
}

func (o output) receipt(e env, r receipt.Receipt) error {
	return deliver(e, o, receiptFormats, r, "")
}

// diagnostics reports findings. Where no other document goes to standard output
// they go to standard error: with the error that ends the run (see untold) or,
// if there is none, here.
func (o output) diagnostics(e env, d report.Diagnostics) error {
	if o.isText() {
		if !d.Diagnostics.HasErrors() {
			warn(e, d.Diagnostics)
		}
		o.to = slices.DeleteFunc(slices.Clone(o.to), func(to destination) bool { return !to.isFile() })
	}
	return deliver(e, o, diagnosticsFormats, d, "")
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
	made, err := rendered(e, o, resultFormats, r, report.ResultVerdict(r))
	if err == nil {
		err = errors.Join(made.writeFiles(e), made.writeStdout(e, o.quiet))
	}
	if err != nil {
		err = errors.Join(err, o.tellResult(e, r))
	}
	return err
}

// tellResult tells the result on standard error.
func (o output) tellResult(e env, r applier.Result) error {
	if e.Log.isPlain() {
		return o.text(e, e.Stderr).Result(e.Stderr, r)
	}
	e.Log.Info(report.ResultVerdict(r), slog.Any("result", r))
	return nil
}

// deliver reports a document: to the files first, and only where all of them
// could be written to standard output.
func deliver[D any](e env, o output, formats func(renderers) []format[D], document D, verdict string) error {
	made, err := rendered(e, o, formats, document, verdict)
	if err != nil {
		return err
	}
	if err := made.writeFiles(e); err != nil {
		return err
	}
	return made.writeStdout(e, o.quiet)
}

// rendered renders a document for all destinations.
func rendered[D any](e env, o output, formats func(renderers) []format[D], document D, verdict string) (rendition, error) {
	made := rendition{verdict: verdict}
	for _, to := range o.to {
		write, err := printerFor(formats(o.renderers(e, to)), to)
		if err != nil {
			return rendition{}, err
		}
		var out bytes.Buffer
		if err := write(&out, document); err != nil {
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

// renderers are those for a destination. A file is coloured on demand alone.
func (o output) renderers(e env, to destination) renderers {
	r := renderers{
		masker: e.Masker, paths: repositoryOf(e.Getenv).path, skipBlocked: o.skipBlocked,
		text: report.Text{Color: o.color == "always", Masker: e.Masker},
	}
	if !to.isFile() {
		r.text = o.text(e, e.Stdout)
	}
	r.text.Adopt = !o.quiet
	return r
}

// printerFor finds the printer of a format. show learns only from its file which
// formats there are: fewer of a receipt than of a plan.
func printerFor[D any](formats []format[D], to destination) (printer[D], error) {
	var names []string
	for _, f := range formats {
		if f.name == to.format {
			return f.write, nil
		}
		names = append(names, f.name)
	}
	return nil, usageErrorf("--output %q: not a format of this document (%s)", to, oneOf(names))
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
