package report_test

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/mask"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
	"clusterctl/internal/report/text"
	"clusterctl/internal/testkit/documents"
)

func TestLineDiff(t *testing.T) {
	t.Parallel()
	masker := new(mask.Masker)
	masker.Learn("hunter2\nhunter3")
	for name, tt := range map[string]struct{ before, after, want string }{
		"one line":              {`"a"`, `"b"`, ""},
		"a line changes":        {`"a\nb\nc"`, `"a\nB\nc"`, "  a|- b|+ B|  c"},
		"added":                 {"", `"a\nb"`, "+ a|+ b"},
		"removed":               {`"a\nb"`, "null", "- a|- b"},
		"a last line feed":      {`"a\nb"`, `"a\nb\n"`, "  a|  b|+ "},
		"one in both":           {`"a\nb\n"`, `"a\nc\n"`, "  a|- b|+ c"},
		"one in a new text":     {"", `"a\nb\n"`, "+ a|+ b"},
		"one of one line":       {`"a"`, `"a\n"`, ""},
		"no text":               {`{"a":"b\nc"}`, `"a\nb"`, ""},
		"lines like marks":      {`"-- a\n++ b\n@@ c"`, `"-- a\nb\n@@ c"`, "  -- a|- ++ b|+ b|  @@ c"},
		"far apart":             {`"1\n2\n3\n4\n5\n6\n7\n8\n9"`, `"one\n2\n3\n4\n5\n6\n7\n8\nnine"`, "- 1|+ one|  2|  3|  4|  …|  6|  7|  8|- 9|+ nine"},
		"hidden characters":     {`"a\n\u202eb"`, `"a"`, `  a|- \u202eb`},
		"commands of pipelines": {`"::error::x\n##vso[x]"`, `"::error::x\ny"`, `  \u003a:error::x|- \u0023#vso[x]|+ y`},
		"a secret of two lines": {`"a\nhunter2\nhunter3"`, `"a"`, "  a|- ***"},
	} {
		got := strings.Join(report.LineDiff(masker, report.Field{Before: tt.before, After: tt.after}), "|")
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// However long values are and however narrow the terminal is, a reviewer sees all of them.
func TestTextCutsNoValue(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("0123456789", 50)
	p := planner.Plan{Changes: []planner.Change{{Action: planner.Update, Name: "va", Diff: []jsonpatch.Edit{
		{Path: "/description", Before: documents.Raw(`"` + long + `a"`), After: documents.Raw(`"` + long + `b"`)},
		{Path: "/configuration/notes", Before: documents.Raw(`"one\ntwo"`), After: documents.Raw(`"one\n2"`)},
	}}}}
	want := "    ~ /description:\n        - \"" + long + "a\"\n        + \"" + long + "b\"\n" +
		"    ~ /configuration/notes:\n          one\n        - two\n        + 2\n"
	got := documents.Written(t, func(w io.Writer) error {
		return text.Format{Width: 40}.Write(w, report.OfPlan(p, report.PlanOptions{}))
	})
	if !strings.Contains(got, want) {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
	}
}

// No line of a text ends the block that shows it in a comment.
func TestTextEndsNoBlock(t *testing.T) {
	t.Parallel()
	p := planner.Plan{Changes: []planner.Change{{Action: planner.Update, Name: "va", Diff: []jsonpatch.Edit{
		{Path: "/description", Before: documents.Raw("\"```\\n# evil\\na\""), After: documents.Raw("\"```\\n# evil\\nb\"")},
	}}}}
	got := documents.Written(t, func(w io.Writer) error { return inMarkdown(nil).Plan(w, p) })
	want := "````diff\n  /description:\n  ```\n  # evil\n- a\n+ b\n````\n"
	if !strings.Contains(got, want) {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
	}
}
