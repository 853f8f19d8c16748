package messages

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// banned are words that read like a translation, or that mean something for which the
// glossary has another word.
var banned = regexp.MustCompile(`(?i)\b(` + strings.Join([]string{
	"tells?", "told", "anew", "meanwhile", "mends?", "mended", "lest", "whereof", "thereof", "therein", "beside",
	"somebody", "greenwich", "rivals?", "deeds?", "strays?", "way back", "mak(e|es|ing) it so", "no longer so", "as many as",
	"is none of", "is there already", "that which", "for wh(ich|om) it is",
}, "|") + `)\b`)

// TestPlainWords holds that no message, comment, page or script has a banned word.
func TestPlainWords(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !isProse(name):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(text), "\n") {
			isQuoted := strings.HasPrefix(strings.TrimSpace(line), "|") && filepath.Base(name) == "CHANGELOG.md" // old and new messages
			if word := banned.FindString(line); word != "" && !isQuoted {
				t.Errorf("%s:%d: %q: write it in plain words: %s", name, i+1, word, strings.TrimSpace(line))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// isProse reports whether a file is written for readers.
func isProse(name string) bool {
	isOther := strings.HasSuffix(name, "_test.go") || filepath.Base(name) == "readability.sh" // which lists participles
	return !isOther && slices.Contains([]string{".go", ".md", ".sh", ".yaml", ".yml"}, filepath.Ext(name)) || filepath.Base(name) == "Makefile"
}

// TestBannedWords holds what counts as a banned word.
func TestBannedWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"the tenant does not tell":   "tell",
		"Mend what is blocked":       "Mend",
		"besides, an intellectual":   "",
		"changed by somebody else":   "somebody",
		"fix it; 2 items are denied": "",
	} {
		if got := banned.FindString(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
