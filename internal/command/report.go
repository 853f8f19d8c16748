package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
	"clusterctl/internal/report/ci"
	"clusterctl/internal/report/html"
	"clusterctl/internal/report/markdown"
)

// rendered is a report for a destination, not yet written.
type rendered struct {
	to   destination
	data []byte
}

// document writes a document to every destination of --output. The verdict goes to standard error if nothing goes to
// standard output.
func (o output) document(e env, d report.Document, verdict string) error {
	return o.deliver(e, o.documentPrinter(e, d), verdict)
}

func (o output) plan(e env, p planner.Plan, options report.PlanOptions) error {
	d := report.OfPlan(p, options)
	return o.document(e, d, d.Verdict)
}

// result reports what was done to every destination that can be written. If one cannot
// be, the result goes to standard error as well.
func (o output) result(e env, r applier.Result, options report.ResultOptions) error {
	d := report.OfResult(r, options)
	reports, err := o.render(o.documentPrinter(e, d))
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

// deliver writes a report to the files and, if all of them could be written, to standard
// output.
func (o output) deliver(e env, renderTo printer, verdict string) error {
	reports, err := o.render(renderTo)
	if err != nil {
		return err
	}
	if err := writeFiles(e, reports); err != nil {
		return err
	}
	return o.writeStdout(e, reports, verdict)
}

// render renders a report for all destinations.
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

// writeStdout writes what goes to standard output, or else the verdict to standard error.
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

// The output formats.
const (
	formatText        = "text"
	formatJSON        = "json"
	formatHTML        = "html"        // one page
	formatMarkdown    = "markdown"    // a comment on a pull request
	formatGitHub      = "github"      // workflow annotations
	formatJUnit       = "junit"       // a test report
	formatSARIF       = "sarif"       // for code scanning
	formatCodeQuality = "codequality" // GitLab's code quality report
)

// formatsOf are the formats of a command's report, or of a kind of document.
func formatsOf(command string) []string {
	switch command {
	case "plan", "undo", "show", "apply":
		return []string{formatText, formatJSON, formatMarkdown, formatGitHub, formatJUnit, formatHTML}
	case "drift":
		return []string{formatText, formatJSON, formatMarkdown, formatGitHub, formatJUnit, formatSARIF, formatCodeQuality, formatHTML}
	case "validate":
		return []string{formatText, formatJSON, formatMarkdown, formatGitHub, formatJUnit, formatSARIF, formatCodeQuality}
	case "receipt":
		return []string{formatText, formatJSON, formatMarkdown, formatHTML}
	default:
		return []string{formatText, formatJSON}
	}
}

// printer writes what a command reports in the format of a destination.
type printer func(w io.Writer, to destination) error

// documentPrinter refuses some formats itself: only its file tells show which there are.
func (o output) documentPrinter(e env, d report.Document) printer {
	return func(w io.Writer, to destination) error {
		limited := report.Limited{Masker: e.Masker}
		pipelines := ci.Format{Limited: limited, Paths: repositoryOf(e.Getenv).path, Version: version()}
		formats := map[string]func(io.Writer, report.Document) error{
			formatText:        o.textOf(e, to).Write,
			formatJSON:        func(w io.Writer, d report.Document) error { return report.JSON(w, d.Data) },
			formatHTML:        html.Write,
			formatMarkdown:    markdown.Format{Limited: limited}.Write,
			formatGitHub:      pipelines.GitHub,
			formatJUnit:       pipelines.JUnit,
			formatSARIF:       pipelines.SARIF,
			formatCodeQuality: pipelines.CodeQuality,
		}
		names := formatsOf(d.Kind)
		if !slices.Contains(names, to.format) {
			return usageErrorf("--output %q: not a format of this document (%s)", to, oneOf(names))
		}
		return formats[to.format](w, d)
	}
}

// filePrinter prints a file. JSON has no place for the warning about the listing.
func filePrinter(f desired.File, listing cluster.Listing) printer {
	return func(w io.Writer, to destination) error {
		text := f.JSON()
		if to.format == formatText {
			text = f.YAML()
			if warning := report.Unverified(&listing); warning != "" {
				fmt.Fprintf(w, "# Warning: %s.\n", warning)
			}
		}
		_, err := w.Write(text)
		return err
	}
}
