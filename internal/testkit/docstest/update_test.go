//go:build unix

package docstest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/testkit/docstest"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	id, other := strings.Repeat("0a", 16), strings.Repeat("1b", 16)
	for _, tc := range []struct{ name, said, written, want string }{
		{"what matches stays", "x " + id + "\n", "x " + other + "\n", "x " + id + "\n"},
		{"an empty block is filled", "", "a\nb\n", "a\nb\n"},
		{"a line is reworded", "a\nb c\nd\n", "a\nb e\nd\n", "a\nb e\nd\n"},
		{"its id stays", "is " + id + "\n", "was " + other + "\n", "was " + id + "\n"},
		{"more ids than before", "is " + id + "\n", "was " + other + " and " + id + "\n", "was " + other + " and " + id + "\n"},
		{"a line is added and one dropped", "a\nb\nc\n", "a\nc\nd\n", "a\nc\nd\n"},
		{"an ellipsis stays in front", "…\nPlan: 1 to create.\n", "x\ny\n\nPlan: 1 new.\n", "…\nPlan: 1 new.\n"},
		{"an ellipsis stays in the middle", "a\n…\nb two\n", "a\nx\ny\nb three\n", "a\n…\nb three\n"},
		{"an ellipsis stays at the end", "a b\n…\n", "a c\nx\ny\n", "a c\n…\n"},
		{"no line on both sides", "a b\n…\nc d\n", "a x\nc y\n", "a x\n…\nc y\n"},
		{"an ellipsis within a line that matches", "x … z\nb\n", "x y z\nc\n", "x … z\nc\n"},
		{"all is new", "a b\n", "c\nd\n", "c\nd\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := docstest.Merge(tc.said, tc.written)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if !docstest.Matches(got, tc.written) {
				t.Errorf("%q does not match %q", got, tc.written)
			}
		})
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	before := page(
		"Words.", "'''sh", "echo at there", "'''", "", "'''text", "at nowhere", "'''",
		"- a list:", "  '''sh", "  printf 'a\\n\\nb\\n'", "  '''", "  '''", "  '''", "- more",
		"<!-- test: file f -->", "'''", "x", "'''", "<!-- test: exit 3 -->", "'''sh", "cat f; sh -c 'exit 3'", "'''",
		"Words.", "<!-- test: output -->", "'''", "…", "y", "'''", "End.", "")
	after := page(
		"Words.", "'''sh", "echo at there", "'''", "", "'''text", "at there", "'''",
		"- a list:", "  '''sh", "  printf 'a\\n\\nb\\n'", "  '''", "  '''", "  a", "", "  b", "  '''", "- more",
		"<!-- test: file f -->", "'''", "x", "'''", "<!-- test: exit 3 -->", "'''sh", "cat f; sh -c 'exit 3'", "'''",
		"Words.", "<!-- test: output -->", "'''", "…", "x", "'''", "End.", "")
	for _, text := range []string{before, after} {
		p, err := docstest.Parse("p.md", text)
		if err != nil {
			t.Fatal(err)
		}
		shell := docstest.Shell{Dir: t.TempDir(), Env: []string{"PATH=" + os.Getenv("PATH")}, Replace: map[string]string{"there": "here"}}
		got, err := shell.Update(t.Context(), p)
		if diff := cmp.Diff(after, got); err != nil || diff != "" {
			t.Errorf("%v, -want +got:\n%s", err, diff)
		}
	}
}

// TestUpdateOfAPageThatFails checks that only outputs are updated: a command that
// fails, or exits with another code, is an error.
func TestUpdateOfAPageThatFails(t *testing.T) {
	t.Parallel()
	p, err := docstest.Parse("p.md", page("'''sh", "false", "'''"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = docstest.Shell{Dir: t.TempDir(), Env: []string{"PATH=" + os.Getenv("PATH")}}.Update(t.Context(), p)
	if got, want := messageOf(err), "p.md:2: this block failed (exit status 1):\n\nthe block:\nfalse\n"; got != want {
		t.Errorf("-want +got:\n%s", cmp.Diff(want, got))
	}
}
