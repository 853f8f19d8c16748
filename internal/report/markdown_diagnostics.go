package report

import (
	"fmt"
	"io"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
)

// Diagnostics writes what is wrong with the files, errors first.
func (m Markdown) Diagnostics(w io.Writer, d Diagnostics) error {
	return comment{
		head: fmt.Sprintf("<!-- clusterctl:validate -->\n### %s\n", DiagnosticsVerdict(d)),
		sections: []passage{
			m.diagnostics("error", d.Diagnostics.Errors()),
			m.diagnostics("warning", d.Diagnostics.Warnings()),
		},
		whole: "the JSON report",
	}.write(w)
}

func (m Markdown) diagnostics(noun string, found desired.Diagnostics) passage {
	return passage{
		title: Count(len(found), noun), manner: visible, count: len(found),
		item: func(i int) string {
			f := found[i]
			source := cluster.Source{File: f.File, Line: f.Line, Column: f.Column}
			return fmt.Sprintf("- %s: %s, %s\n", m.code(source.String()), m.prose(withHint(f)), m.code(string(f.Code)))
		},
	}
}
