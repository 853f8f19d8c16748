package cli

import (
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFolded(t *testing.T) {
	t.Parallel()
	eighty := strings.Repeat("x", 80)
	tests := map[string]struct{ text, front, want string }{
		"nothing":       {"", "", ""},
		"fits":          {"a  b\nc", "", "a b c"},
		"to the limit":  {eighty[:78] + " y", "", eighty[:78] + " y"},
		"one too many":  {eighty[:79] + " y", "  ", eighty[:79] + "\n  y"},
		"no way around": {"a " + eighty + "z b", "", "a\n" + eighty + "z\nb"},
	}
	for name, tt := range tests {
		if got := folded(tt.text, tt.front); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGoldens compares help and man pages of the sample program with testdata.
func TestGoldens(t *testing.T) {
	t.Parallel()
	pages := newSample(nil).ManPages()
	helped := func(words ...string) string {
		s := newSample(map[string]string{"CLUSTERCTL_RETRIES": "x"}) // which help does not care for
		if got := s.run(t, words...); got != "" || s.ran != "" {
			t.Errorf("%s, ran %q", got, s.ran)
		}
		return s.out.String()
	}
	for name, texts := range map[string][]string{
		"program.txt": {helped(), helped("help"), helped("h"), helped("-h"), helped("--help"), helped("help", "--help"), helped("--help=true")},
		"command.txt": {helped("help", "this"), helped("this", "-h"), helped("this", "x", "--help", "y", "z"), helped("this", "--help=true"), helped("--help", "this"), helped("h", "this")},
		"program.1":   {pages["clusterctl"]},
		"command.1":   {pages["clusterctl-this"]},
	} {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(texts[0]), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if diff := cmp.Diff(string(want), text); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
	if len(pages) != 6 {
		t.Errorf("%d pages", len(pages))
	}
}

func TestManPagesAreWritten(t *testing.T) {
	t.Parallel()
	s := newSample(nil)
	dir := filepath.Join(t.TempDir(), "new")
	if got := s.run(t, "__man", dir); got != "" {
		t.Fatal(got)
	}
	for name, want := range s.ManPages() {
		if text, err := os.ReadFile(filepath.Join(dir, name+".1")); err != nil || string(text) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	file := filepath.Join(dir, "clusterctl.1")
	if got := s.run(t, "__man", file); !strings.Contains(got, "not a directory") {
		t.Errorf("in the place of a file: %s", got)
	}
	if err := os.Mkdir(filepath.Join(dir, "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "b", "clusterctl.1"), 0o700); err != nil {
		t.Fatal(err)
	}
	if got := newSample(nil).run(t, "__man", filepath.Join(dir, "b")); !strings.Contains(got, "is a directory") {
		t.Errorf("in the place of a directory: %s", got)
	}
}

func TestCompletionScripts(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		s := newSample(nil)
		if got := s.run(t, "completion", shell); got != "" || !strings.Contains(s.out.String(), "__complete") {
			t.Errorf("%s: %s\n%s", shell, got, s.out.String())
		}
	}
}

type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, errors.New("nobody listens") }

func TestHelpThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	s := newSample(nil)
	s.Stdout = deaf{}
	if got := s.run(t, "help"); got != "nobody listens" {
		t.Errorf("%s", got)
	}
	if err := CompletionCommand(deaf{}).Run(t.Context(), Line{Arguments: []string{"bash"}}); message(err) != "nobody listens" {
		t.Errorf("%v", err)
	}
}

func TestVersionFlag(t *testing.T) {
	t.Parallel()
	s := newSample(nil)
	if got := s.run(t, "--version"); got != "" || s.ran != "version" {
		t.Errorf("%s, ran %q", got, s.ran)
	}
	if got := newSample(nil).run(t, "--version", "x"); got != "unknown flag --version (see clusterctl help)" {
		t.Error(got)
	}
}

func TestTerminal(t *testing.T) {
	t.Parallel()
	getenv := func(string) string { return "7" }
	for _, stream := range []any{nil, new(strings.Builder), wrapped{new(strings.Builder)}, os.NewFile(^uintptr(0), "none")} {
		if size, ok := Terminal(stream, getenv); ok || size != (Size{}) {
			t.Errorf("%T: %v, %t", stream, size, ok)
		}
	}
	if size, ok := Terminal(wrapped{screen{}}, getenv); !ok || size != (Size{3, 4}) {
		t.Errorf("a wrapped terminal: %v, %t", size, ok)
	}
	for _, tt := range []struct {
		known  int
		stated string
		want   int
	}{{5, "6", 5}, {0, "6", 6}, {-1, "1", 1}, {0, "0", 9}, {0, "-6", 9}, {0, "x", 9}, {0, "", 9}, {1, "", 1}} {
		if got := firstPositive(tt.known, tt.stated, 9); got != tt.want {
			t.Errorf("firstPositive(%d, %q) = %d, want %d", tt.known, tt.stated, got, tt.want)
		}
	}
}

type screen struct{ strings.Builder }

func (screen) Size() Size { return Size{3, 4} }

func (screen) Write([]byte) (int, error) { return 0, nil }

type wrapped struct{ io.Writer }

func (w wrapped) Unwrap() io.Writer { return w.Writer }
