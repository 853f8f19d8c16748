package text_test

import (
	"flag"
	"io"
	"testing"

	"clusterctl/internal/report/text"
	"clusterctl/internal/testkit/documents"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func inText(f text.Format) documents.Format { return f.Write }

func TestGoldens(t *testing.T) {
	t.Parallel()
	plain := inText(text.Format{})
	for name, write := range map[string]func(io.Writer) error{
		"plan.txt":        func(w io.Writer) error { return plain.Plan(w, documents.Plan()) },
		"drift.txt":       func(w io.Writer) error { return plain.Drift(w, documents.Drift()) },
		"comparison.txt":  func(w io.Writer) error { return plain.Comparison(w, documents.Comparison()) },
		"result.txt":      func(w io.Writer) error { return plain.Result(w, documents.Result()) },
		"receipt.txt":     func(w io.Writer) error { return plain.Receipt(w, documents.Receipt()) },
		"diagnostics.txt": func(w io.Writer) error { return plain.Diagnostics(w, documents.Findings()) },
	} {
		documents.Golden(t, *update, name, documents.Written(t, write))
	}
}
