package text_test

import (
	"io"
	"strings"
	"testing"

	"clusterctl/internal/report"
	"clusterctl/internal/report/text"
	"clusterctl/internal/testkit/documents"
)

func shown(t *testing.T, f text.Format, d report.Document) string {
	t.Helper()
	return documents.Written(t, func(w io.Writer) error { return f.Write(w, d) })
}

// A line that just fits is left alone. One cell less breaks it, but cuts no value.
func TestLinesThatJustFit(t *testing.T) {
	t.Parallel()
	item := func(i report.Item) report.Document { return report.Document{Items: []report.Item{i}} }
	fields := func(compares bool, f report.Field) report.Document {
		return report.Document{Compares: compares, Items: []report.Item{{Mark: report.MarkNote, What: "x", Name: "va", Fields: []report.Field{f}}}}
	}
	long := strings.Repeat("0123456789", 3)
	for name, tt := range map[string]struct {
		document    report.Document
		wide        string // the last line, as wide as it is; without a mark it needs a cell more
		fits, tight string // at its width, and one cell below
	}{
		"a line": {
			item(report.Item{Mark: report.MarkAdd, What: "create", Name: "va", Message: "applied", Origin: "c.yaml:4:5"}),
			"+ create va: applied  c.yaml:4:5", "+ create va: applied  c.yaml:4:5\n", "+ create va:\n    applied  c.yaml:4:5\n",
		},
		"a message and its origin": {
			item(report.Item{Mark: report.MarkAdd, What: "create", Name: "va-austin", Message: "applied", Origin: "c.yaml:4:5"}),
			"    applied  c.yaml:4:5", "+ create va-austin:\n    applied  c.yaml:4:5\n", "+ create va-austin:\n    applied\n    c.yaml:4:5\n",
		},
		"a changed field": {
			fields(false, report.Field{Path: "/a", Before: long, After: "x"}),
			"    ~ /a: " + long + " → x", long + " → x\n", "    ~ /a:\n        - " + long + "\n        + x\n",
		},
		"a compared field": {
			fields(true, report.Field{Path: "/a", Before: long, After: "x", Remark: "changed in the tenant"}),
			"    /a: expected " + long + ", found x (changed in the tenant) ", long + ", found x (changed in the tenant)\n", "    /a: (changed in the tenant)\n        expected " + long + "\n        found    x\n",
		},
		"two columns of paths": {
			report.Document{Items: []report.Item{{Mark: report.MarkNote, What: "x", Name: "va", Fields: []report.Field{
				{Path: "/longer", After: "1"}, {Path: "/a", Before: long, After: "x"},
			}}}},
			"    ~ /a:      " + long + " → x", long + " → x\n", "    ~ /a:\n        - " + long + "\n        + x\n",
		},
	} {
		width := len([]rune(tt.wide))
		if got := shown(t, text.Format{Width: width}, tt.document); !strings.HasSuffix(got, tt.fits) {
			t.Errorf("%s: does not fit %d cells:\n%s", name, width, got)
		}
		got := shown(t, text.Format{Width: width - 1}, tt.document)
		if strings.HasSuffix(got, tt.fits) || !strings.HasSuffix(got, tt.tight) {
			t.Errorf("%s: fits %d cells:\n%s", name, width-1, got)
		}
		for line := range strings.Lines(got) {
			if n := len([]rune(line)) - 1; n > width-1 && !strings.Contains(line, long) {
				t.Errorf("%s: %d cells of %d: %q", name, n, width-1, line)
			}
		}
	}
}

// An empty line comes before the verdict, but not after a log of findings.
func TestVerdictOfALog(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2} {
		d := report.Document{Verdict: "Findings."}
		want := ""
		for range n {
			d.Items = append(d.Items, report.Item{Line: "error: x"})
			want += "error: x\n"
		}
		if got := shown(t, text.Format{}, d); got != want+"Findings.\n" {
			t.Errorf("%d findings: %q", n, got)
		}
	}
	if got := shown(t, text.Format{}, report.Document{Items: []report.Item{{Mark: report.MarkAdd, What: "create", Name: "va"}}, Verdict: "Done."}); got != "+ create va\n\nDone.\n" {
		t.Errorf("%q", got)
	}
}

func TestBrokenOutput(t *testing.T) {
	t.Parallel()
	if err := (text.Format{}).Write(documents.Broken{}, report.Document{Verdict: "Done."}); err == nil {
		t.Error("no error of a document")
	}
	if err := text.Diff(documents.Broken{}, "c.yaml", "canonical", []byte("a\n"), []byte("b\n")); err == nil {
		t.Error("no error of a diff")
	}
}

// Nothing in a diff can move the cursor; line ends are kept.
func TestDiff(t *testing.T) {
	t.Parallel()
	diff := func(before, after string) string {
		return documents.Written(t, func(w io.Writer) error { return text.Diff(w, "c\x1b.yaml", "canonical", []byte(before), []byte(after)) })
	}
	const want = "diff c\\u001b.yaml c\\u001b.yaml (canonical)\n--- c\\u001b.yaml\n+++ c\\u001b.yaml (canonical)\n@@ -1,2 +1,2 @@\n a\n-b\\u001b\r\n+b\n"
	if got := diff("a\nb\x1b\r\n", "a\nb\n"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := diff("a\n", "a\n"); got != "" {
		t.Errorf("of the same: %q", got)
	}
}

// A terminal of one cell counts as a terminal.
func TestOneCell(t *testing.T) {
	t.Parallel()
	d := report.Document{Text: report.Text{Table: &report.Table{
		Columns: []report.Column{{Title: "NAME", Least: 2}, {Title: "KIND", Least: 2}, {Title: "MORE", Spare: 1}}, Rows: [][]report.Cell{{{Text: "va-1"}, {Text: "idn"}, {Text: "x"}}},
	}}, Items: []report.Item{{Mark: report.MarkAdd, What: "x", Name: "va", Message: "a b", Fields: []report.Field{{Path: "/a", Before: strings.Repeat("a", 20), After: strings.Repeat("b", 20)}}}}}
	const want = "\nN…  K…\nv…  i…\n+ x va:\n    a\n    b\n    ~ /a:\n        - aaaaaaaaaaaaaaaaaaaa\n        + bbbbbbbbbbbbbbbbbbbb\n"
	if got := shown(t, text.Format{Width: 1}, d); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
