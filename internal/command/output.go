package command

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"clusterctl/internal/applier"
	"clusterctl/internal/cli"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
	"clusterctl/internal/report/text"
)

type output struct {
	to    []destination
	color string
	quiet bool
}

func (o *output) flags(command string) []cli.Flag {
	formats := formatsOf(command)
	return []cli.Flag{
		{
			Name: "output", Short: "o", Section: "Output:", To: cli.EachParsed(&o.to, destinationIn(formats)), Words: formats,
			Usage: "print the report as `FORMAT`, or write it to a file with FORMAT=PATH; repeatable: " + oneOf(formats) + " (default: " + formatText + ")",
		},
		{Name: "color", Section: "Output:", To: cli.OneOf(&o.color, "auto", "always", "never"), Default: "auto", Usage: "color the text: `WHEN` is auto, always or never"},
		{Name: "quiet", Short: "q", Section: "Output:", To: cli.Bool(&o.quiet), Usage: "print no progress on standard error"},
	}
}

func oneOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// check refuses two reports with the same destination. The default is text on standard
// output.
func (o *output) check(l cli.Line) error {
	if len(o.to) == 0 {
		o.to = []destination{{format: formatText}}
	}
	return cmp.Or(expectApart(o.to), expectUntouched(l, o.to))
}

// stdoutFormat returns the format on standard output, or "" if there is none.
func (o output) stdoutFormat() string {
	for _, to := range o.to {
		if !to.isFile() {
			return to.format
		}
	}
	return ""
}

// text returns the text format for a stream, which may be a terminal.
func (o output) text(e env, stream io.Writer) text.Format {
	size, _ := cli.Terminal(stream, e.Getenv)
	return text.Format{Color: o.colors(e, stream), Width: size.Columns, Masker: e.Masker}
}

// textOf returns the text format for a destination. A file has colors only with --color
// always.
func (o output) textOf(e env, to destination) text.Format {
	if to.isFile() {
		return text.Format{Color: o.color == "always", Masker: e.Masker}
	}
	return o.text(e, e.Stdout)
}

func (o output) colors(e env, stream io.Writer) bool {
	switch {
	case o.color != "auto":
		return o.color == "always"
	case e.Getenv("NO_COLOR") != "":
		return false
	case e.Getenv("CLICOLOR_FORCE") != "" && e.Getenv("CLICOLOR_FORCE") != "0":
		return true
	default:
		return e.takesControl(stream)
	}
}

// rendered is a report for a destination, not yet written.
type rendered struct {
	to   destination
	data []byte
}

// document writes a document to every destination. If none is standard output, it logs the
// verdict.
func (o output) document(e env, d report.Document, verdict string) error {
	if e.Collect != nil {
		e.Collect.document = d
		return nil
	}
	return o.deliver(e, o.documentPrinter(e, d), verdict)
}

func (o output) plan(e env, p planner.Plan, options report.PlanOptions) error {
	d := report.OfPlan(p, options)
	return o.document(e, d, d.Verdict)
}

// result writes the result to every destination that it can. If one fails, it also writes
// the result to standard error.
func (o output) result(e env, r applier.Result, options report.ResultOptions) error {
	d := report.OfResult(r, options)
	if e.Collect != nil {
		e.Collect.document = d
		return nil
	}
	reports, err := o.render(func(w io.Writer, to destination) error {
		d := d
		if to.format == formatText && !to.isFile() && len(r.Outcomes) > 0 {
			d.Unverified = "" // the text before the outcomes has it
		}
		return o.documentPrinter(e, d)(w, to)
	})
	if err == nil {
		err = errors.Join(writeFiles(e, reports), o.writeStdout(e, reports, d.Verdict))
	}
	switch {
	case err == nil:
		return nil
	case e.Log.isPlain():
		return errors.Join(err, o.text(e, e.Stderr).Write(e.Stderr, d))
	default:
		e.Log.Info(d.Verdict, slog.Any("result", r))
		return err
	}
}

// deliver writes a report to the files and, if that succeeds, to standard output.
func (o output) deliver(e env, renderTo printer, verdict string) error {
	if e.Collect != nil { // of export, whose report is no document
		return e.Collect.take("export", renderTo)
	}
	reports, err := o.render(renderTo)
	if err == nil {
		err = writeFiles(e, reports)
	}
	if err == nil {
		err = o.writeStdout(e, reports, verdict)
	}
	return err
}

func (o output) render(renderTo printer) ([]rendered, error) {
	var reports []rendered
	for _, to := range o.to {
		var out bytes.Buffer
		if err := renderTo(&out, to); err != nil {
			return nil, err
		}
		reports = append(reports, rendered{to, out.Bytes()})
	}
	return reports, nil
}

// writeFiles writes every file that can be written, masked as the streams are.
func writeFiles(e env, reports []rendered) error {
	var failed error
	for _, r := range reports {
		if !r.to.isFile() {
			continue
		}
		if err := e.replaceFile(r.to.path, []byte(e.Masker.Text(string(r.data)))); err != nil {
			failed = errors.Join(failed, fmt.Errorf("--output %s: %w", r.to, err))
		}
	}
	return failed
}

// writeStdout writes the report for standard output or, if there is none, logs the verdict.
func (o output) writeStdout(e env, reports []rendered, verdict string) error {
	for _, r := range reports {
		if !r.to.isFile() {
			_, err := e.Stdout.Write(r.data)
			return err
		}
	}
	if verdict != "" && !o.quiet {
		e.Log.Info(verdict)
	}
	return nil
}
