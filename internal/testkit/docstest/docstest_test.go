//go:build unix

package docstest_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"clusterctl/internal/testkit/docstest"
)

// page returns Markdown, with three apostrophes for each fence.
func page(lines ...string) string {
	return strings.ReplaceAll(strings.Join(lines, "\n"), "'''", "```")
}

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := docstest.Parse("p.md", page(
		"# A page", "", "'''sh", "echo 1", "'''", "", "'''text", "1", "'''",
		"Words.", "'''", "not the output of anything", "'''",
		"<!-- test: exit 2 -->", "'''sh", "false", "'''",
		"- in a list:", "  <!-- test: file a.yaml -->", "  '''yaml", "  a:", "    b: 1", "  '''",
		"<!-- test: background -->", "'''sh", "serve", "'''", "'''", "its output is not compared", "'''",
		"<!-- test: skip needs a tenant -->", "'''sh", "rm -rf /", "'''", "'''", "nor is this", "'''",
		"'''yaml", "is: passed over", "'''",
		"'''sh", "echo 2", "'''", "<!-- test: skip other words -->", "'''", "3", "'''",
		"Words.", "<!-- test: file b -->", "'''", "b", "'''", "<!-- test: output -->", "'''", "2", "'''",
		"<!-- test: run", "mkdir c", "cd c", "-->", "<!-- test: prints 4", "echo 3", "exit 4", "-->", "'''text", "3", "'''",
		"<!-- test: prints", "echo 5", "-->", "'''text", "5", "'''",
	))
	if err != nil {
		t.Fatal(err)
	}
	want := docstest.Page{Name: "p.md", Blocks: []docstest.Block{
		{Line: 4, Text: "echo 1\n", Output: new("1\n"), OutputLine: 8},
		{Line: 16, Text: "false\n", Exit: 2},
		{Line: 21, Text: "a:\n  b: 1\n", File: "a.yaml"},
		{Line: 26, Text: "serve\n", Background: true},
		{Line: 42, Text: "echo 2\n", Output: new("2\n"), OutputLine: 55},
		{Line: 51, Text: "b\n", File: "b"},
		{Line: 58, Text: "mkdir c\ncd c\n"},
		{Line: 62, Text: "echo 3\nexit 4\n", Exit: 4, Output: new("3\n"), OutputLine: 66},
		{Line: 69, Text: "echo 5\n", Output: new("5\n"), OutputLine: 72},
	}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(docstest.Page{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPagesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, want string }{
		"no end":             {page("", "'''sh", "a"), "p.md:2: the block has no end"},
		"a loose comment":    {page("<!-- test: exit 2 -->", "", "'''sh", "'''"), `p.md:2: the comment "exit 2" is not right above a block`},
		"no such comment":    {page("<!-- test: exits 2 -->", "'''sh", "'''"), `p.md:2: unknown comment "exits 2" for this block (use exit CODE, skip REASON, background, file PATH or output)`},
		"no reason":          {page("<!-- test: skip -->", "'''sh", "'''"), `p.md:2: unknown comment "skip" for this block (use exit CODE, skip REASON, background, file PATH or output)`},
		"exit of no run":     {page("<!-- test: exit 1 -->", "'''yaml", "'''"), `p.md:2: unknown comment "exit 1" for this block (use exit CODE, skip REASON, background, file PATH or output)`},
		"output of nothing":  {page("<!-- test: output -->", "'''", "'''"), "p.md:2: no block runs before this output"},
		"no end of commands": {page("<!-- test: run", "true"), "p.md:1: the comment has no end"},
		"other commands":     {page("<!-- test: file", "true", "-->"), `p.md:1: unknown comment "file" with commands (use run or prints CODE)`},
		"no block below":     {page("<!-- test: prints", "true", "-->", "Words."), `p.md:4: the comment "prints" is not right above a block`},
		"no printed code":    {page("<!-- test: prints x", "true", "-->", "'''", "'''"), `p.md:4: strconv.Atoi: parsing "x": invalid syntax`},
		"no code":            {page("<!-- test: exit two -->", "'''sh", "'''"), `p.md:2: strconv.Atoi: parsing "two": invalid syntax`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := docstest.Parse("p.md", tc.text); err == nil || err.Error() != tc.want {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	id, other := strings.Repeat("0a", 16), strings.Repeat("1b", 16)
	for _, tc := range []struct {
		name, said, written string
		want                bool
	}{
		{"the same", "a.b\n", "a.b\n", true},
		{"not the same", "a.b\n", "axb\n", false},
		{"more than said", "a\n", "a\nb\n", false},
		{"any lines", "a\n…\nd\n", "a\nb\nc\nd\n", true},
		{"no lines", "a\n…\nd\n", "a\nd\n", true},
		{"another end", "a\n…\nd\n", "a\nd\ne\n", false},
		{"within a line", "a … d\n", "a b c d\n", true},
		{"not over lines", "a … d\n", "a b\nc d\n", false},
		{"an id", "x (" + id + ")\n", "x (" + other + ")\n", true},
		{"no id", "x (" + id + ")\n", "x (y)\n", false},
		{"a digest", "sha256:" + id + id + "\n", "sha256:" + other + other + "\n", true},
		{"an instant", "until 2026-11-22T12:00:00Z\n", "until 2027-01-02T03:04:05.678Z\n", true},
		{"an address", "at http://127.0.0.1:8980/v3\n", "at http://127.0.0.1:41234/v3\n", true},
		{"several", id + " … " + id + "\n", other + " and " + other + "\n", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := docstest.Matches(tc.said, tc.written); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, want string }{
		"one shell": {text: page(
			"'''sh", "greeting=hello", "mkdir sub && cd sub", "'''",
			"<!-- test: file it's.txt -->", "'''yaml", "$greeting", "'''",
			"'''sh", "echo \"$greeting\" && cat \"it's.txt\"", "echo err >&2", "'''", "", "'''text", "hello", "$greeting", "err", "'''",
		)},
		"codes": {text: page(
			"<!-- test: exit 2 -->", "'''sh", "sh -c 'exit 2'", "'''", "'''sh", "echo on", "'''", "'''", "on", "'''",
		)},
		"another code": {
			page("<!-- test: exit 2 -->", "'''sh", "sh -c 'exit 3'", "'''"),
			"p.md:3: this block exited with 3, not with 2:\n\nthe block:\nsh -c 'exit 3'\n",
		},
		"no failure": {
			page("<!-- test: exit 2 -->", "'''sh", "true", "'''"),
			"p.md:3: this block exited with 0, not with 2:\n\nthe block:\ntrue\n",
		},
		"a command that is not the last": {
			page("'''sh", "echo before", "false", "echo after", "'''", "'''sh", "echo never", "'''"),
			"p.md:2: this block failed (exit status 1):\nbefore\n\nthe block:\necho before\nfalse\necho after\n",
		},
		"an early end": {
			page("'''sh", "exit 0", "'''"), "p.md:2: this block failed (<nil>):\n\nthe block:\nexit 0\n",
		},
		"other words": {
			page("'''sh", "echo a", "'''", "'''text", "b", "'''"),
			"p.md:2: this block does not write what the page says:\nb\n\nbut:\na\n\nthe block:\necho a\n",
		},
		"background": {text: page(
			"<!-- test: background -->", "'''sh", "sh -c 'echo $$ >pid; echo ready; exec tail -f /dev/null'", "'''",
			"'''sh", "kill -0 \"$(cat pid)\"", "'''",
		)},
		"background that fails": {
			page("<!-- test: background -->", "'''sh", "false", "'''"),
			"p.md:3: this block failed (exit status 1):\n\nthe block:\nfalse\n",
		},
		"replaced": {text: page("'''sh", "echo there", "'''", "'''", "there", "'''")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := docstest.Parse("p.md", tc.text)
			if err != nil {
				t.Fatal(err)
			}
			shell := docstest.Shell{Dir: t.TempDir(), Env: []string{"PATH=" + os.Getenv("PATH")}, Replace: map[string]string{"there": "here"}}
			err = shell.Run(t.Context(), p)
			if got := messageOf(err); got != tc.want {
				t.Errorf("-want +got:\n%s", cmp.Diff(tc.want, got))
			}
		})
	}
}

func messageOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestBackgroundEnds checks that background commands end with the page.
func TestBackgroundEnds(t *testing.T) {
	t.Parallel()
	p, err := docstest.Parse("p.md", page(
		"<!-- test: background -->", "'''sh", "sh -c 'echo $$ >pid; echo ready; exec tail -f /dev/null'", "'''"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := (docstest.Shell{Dir: dir, Env: []string{"PATH=" + os.Getenv("PATH")}}).Run(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	noted, err := os.ReadFile(filepath.Join(dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(noted)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("process %d still runs: %v", pid, err)
	}
}
