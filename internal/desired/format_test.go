package desired

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
)

// TestFormat compares formatted files with their golden files: each *.in.yaml has an
// *.out.yaml.
func TestFormat(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../testdata/desired/format/*.in.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".in.yaml"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, found := Format(Input{Name: "f", Data: data})
			if len(found) > 0 {
				t.Fatal(listing(found))
			}
			golden := strings.TrimSuffix(path, ".in.yaml") + ".out.yaml"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("differs from %s (-want +got):\n%s", golden, diff)
			}
			checkFormat(t, data)
		})
	}
}

// TestFormatCorpus checks the laws of Format on every file of the corpus.
func TestFormatCorpus(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"valid", "invalid"} {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			eachCase(t, dir, func(t *testing.T, path string) {
				for _, input := range readCase(t, path) {
					laidOut := checkFormat(t, input.Data)
					if _, found := Format(input); !laidOut && (dir == "valid" || isFault(found)) {
						t.Errorf("not laid out:\n%s", listing(found))
					}
				}
			})
		})
	}
}

// isFault reports whether Format detected a defect of its own.
func isFault(found Diagnostics) bool {
	return slices.ContainsFunc(found, func(d Diagnostic) bool {
		return d.Code == layout.Unformattable && strings.Contains(d.Hint, "this is a bug")
	})
}

// reporter is what a test and a property have in common.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// checkFormat checks what holds for every formatted file: formatting again changes
// nothing, and Load reads the same from it, with the same findings except for their
// places. It returns false if Format cannot format the file, which is fine for odd files.
func checkFormat(t reporter, data []byte) bool {
	t.Helper()
	once, found := Format(Input{Name: "f", Data: data})
	if found.HasErrors() {
		return false
	}
	twice, found := Format(Input{Name: "f", Data: once})
	if found.HasErrors() {
		t.Errorf("the formatted file cannot be formatted:\n%s\n%s", listing(found), once)
	}
	if diff := cmp.Diff(string(once), string(twice)); diff != "" {
		t.Errorf("not idempotent (-once +twice):\n%s\nof\n%s", diff, data)
	}
	before, beforeFound := Load([]Input{{Name: "f", Data: data}}, corpusOptions())
	after, afterFound := Load([]Input{{Name: "f", Data: once}}, corpusOptions())
	if diff := cmp.Diff(withoutPlaces(before), withoutPlaces(after)); diff != "" {
		t.Errorf("means something else (-before +after):\n%s\n%s", diff, once)
	}
	if diff := cmp.Diff(messages(beforeFound), messages(afterFound)); diff != "" {
		t.Errorf("other findings (-before +after):\n%s\n%s", diff, once)
	}
	return true
}

func withoutPlaces(s State) State {
	s.Clusters = slices.Clone(s.Clusters)
	for i := range s.Clusters {
		s.Clusters[i].Source = cluster.Source{}
	}
	return s
}

func messages(ds Diagnostics) []string {
	var all []string
	for _, d := range ds {
		all = append(all, string(d.Code)+" "+d.Message)
	}
	slices.Sort(all)
	return all
}

// TestFormatRefuses checks what Format cannot format.
func TestFormatRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, text, want string }{
		{"no YAML", "a: [", "error syntax-error f:1:4: invalid YAML: did not find expected node content\n"},
		{"nothing", "# c\n", "error empty-file f:1:1: the file has no content (add at least version: 1)\n"},
		{"a list", "- a\n", "error wrong-type f:1:1: a desired-state file must be a map, not a list (write keys, such as version: 1)\n"},
		{"a directive", "%TAG ! tag:x,2026:\n---\nversion: 1\n", "error unformattable f:1:1: fmt does not support this YAML directive (the file was not changed)\n"},
		{"no key", "version: 1\n? \n: c\n", "error unformattable f:2:2: fmt does not support an empty key (the file was not changed)\n"},
		{"a map as a key", "version: 1\n? {a: b}\n: c\n", "error unformattable f:2:3: fmt does not support a key that is a map (the file was not changed)\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			out, found := Format(Input{Name: "f", Data: []byte(tc.text)})
			if out != nil || listing(found) != tc.want {
				t.Errorf("got %q, findings:\n%s", out, listing(found))
			}
		})
	}
}

// TestFormatKeepsTheCanonical checks that files in the canonical layout do not change,
// the alignment of comments included.
func TestFormatKeepsTheCanonical(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"version: 1\n",
		"# first\n\nversion: 1\n",
		"# first\n---\n# second\n\nversion: 1\n---\nversion: 1\n---\n# last\n",
		"# first\n\nversion: 1                    # required\ntenant: acme                  # the org\n",
		"# first\n# second\nversion: 1\n",
		"version: 1\npolicy:\n  scope: {names: [\"va-*\"]}   # own\n",
		"version: 1\nclusters:\n  # a\n  - name: a\n    # end of a\n\n  # b\n  - {name: b}\n  # end of all\n",
	} {
		got, found := Format(Input{Name: "f", Data: []byte(text)})
		if len(found) > 0 {
			t.Fatal(listing(found))
		}
		if diff := cmp.Diff(text, string(got)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestFormatKeepsCommentsInOrder checks that a comment stays below the previous one even
// if it is indented deeper.
func TestFormatKeepsCommentsInOrder(t *testing.T) {
	t.Parallel()
	const (
		in   = "version: 1\nclusters:\n  - name: a\n    type: idn\n  # shallow\n    # deep\n  - name: b\n# shallow\n  # deep\n"
		want = "version: 1\nclusters:\n  - name: a\n    type: idn\n  # shallow\n  # deep\n  - name: b\n# shallow\n# deep\n"
	)
	got, found := Format(Input{Name: "f", Data: []byte(in)})
	if diff := cmp.Diff(want, string(got)); len(found) > 0 || diff != "" {
		t.Errorf("%v (-want +got):\n%s", found, diff)
	}
}

// A %YAML directive has no effect: a file is read and formatted as without one, and keeps
// it.
func TestFormatKeepsTheYAMLDirective(t *testing.T) {
	t.Parallel()
	for name, front := range map[string]string{
		"1.1": "%YAML 1.1\n", "1.2": "%YAML 1.2\n", "a later one": "%YAML 1.3\n", "with a comment": "%YAML 1.2 # c\n",
		"between comments": "# a\n\n%YAML 1.2\n# b\n", "CRLF": "%YAML 1.2\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			input := manyClusters(2)
			input.Data = []byte(front + "---\n" + string(input.Data))
			if strings.Contains(front, "\r") {
				input.Data = []byte(strings.ReplaceAll(strings.ReplaceAll(string(input.Data), "\r", ""), "\n", "\r\n"))
			}
			out, found := Format(input)
			if !strings.HasPrefix(string(out), front+"---") || len(found) > 0 || !checkFormat(t, input.Data) {
				t.Errorf("findings:\n%s\ngot %q", listing(found), out[:min(len(out), 60)])
			}
			checkLong(t, []Input{input})
		})
	}
}

// Any other directive, or one that is not before a document, is not readable YAML.
func TestDirectivesThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"%YAML 2.0\n---\nversion: 1\n", "%YAML 1.2\nversion: 1\n", "%YAML 1.2\n%YAML 1.2\n---\nversion: 1\n", "%YAML 1.2x\n---\nversion: 1\n", "%YAML\n---\nversion: 1\n"} {
		if _, found := Load([]Input{{Name: "f", Data: []byte(text)}}, corpusOptions()); !found.HasErrors() {
			t.Errorf("%q was taken", text)
		}
	}
}

// TestFormatKeepsLineEndings checks that a file keeps the line ending of its first line,
// and that a canonical file is canonical with any line ending.
func TestFormatKeepsLineEndings(t *testing.T) {
	t.Parallel()
	const canonical = "# c\nversion: 1\nclusters:\n  - name: a\n    description: |\n      one\n\n      two\n"
	for name, ending := range map[string]string{"LF": "\n", "CRLF": "\r\n", "CR": "\r"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := strings.ReplaceAll(canonical, "\n", ending)
			for _, text := range []string{
				want,
				strings.Replace(want, "name: ", "name:   ", 1),
				strings.Replace(want, "name: a"+ending, "name: a\n", 1),
				strings.Replace(want, "name: a"+ending, "name: a\r\n", 1),
			} {
				got, found := Format(Input{Name: "f", Data: []byte(text)})
				if diff := cmp.Diff(want, string(got)); len(found) > 0 || diff != "" {
					t.Errorf("of %q: %v (-want +got):\n%s", text, found, diff)
				}
			}
		})
	}
}

// FuzzFormat checks the laws of Format on any input.
func FuzzFormat(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) { checkFormat(t, data) })
}
