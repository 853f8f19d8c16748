package command

import (
	"fmt"
	"io"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/report"
	"clusterctl/internal/report/ci"
	"clusterctl/internal/report/html"
	"clusterctl/internal/report/markdown"
)

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

// formatsOf returns the formats of a command's report, or of a kind of document.
func formatsOf(command string) []string {
	switch command {
	case "plan", "undo", "apply", "compare":
		return []string{formatText, formatJSON, formatMarkdown, formatGitHub, formatJUnit, formatHTML}
	case "drift", "show":
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

// documentPrinter checks the format again, because the formats of show depend on its file.
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
			return fmt.Errorf("--output %q: not available for this document (use %s)", to, oneOf(names))
		}
		return formats[to.format](w, d)
	}
}

// filePrinter prints a desired-state file. JSON has no comments, so no warning about the
// listing.
func filePrinter(f desired.File, listing cluster.Listing) printer {
	return func(w io.Writer, to destination) error {
		text := f.JSON()
		if to.format == formatText {
			text = f.YAML()
			if warning := report.Unverified(&listing); warning != "" {
				fmt.Fprintf(w, "# warning: %s\n", warning)
			}
		}
		_, err := w.Write(text)
		return err
	}
}
