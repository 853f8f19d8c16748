package desired

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/desired/layout"
	"clusterctl/internal/testkit/sample"
)

// loadWhole is Load, but parses each file as a whole.
func loadWhole(inputs []Input, options Options) (State, Diagnostics) {
	l := newLoader(options)
	for _, input := range inputs {
		r := newReader(input, options.Now)
		l.readers = append(l.readers, r)
		l.take(l.readWhole(r))
	}
	l.checkTogether()
	return l.state, l.findings()
}

func checkLong(t reporter, inputs []Input) {
	t.Helper()
	for _, input := range inputs {
		checkLongLayout(t, input)
	}
	state, found := Load(inputs, corpusOptions())
	wantState, want := loadWhole(inputs, corpusOptions())
	if diff := cmp.Diff(listing(want), listing(found)); diff != "" {
		t.Errorf("other findings than as a whole (-whole +long):\n%s\nof\n%s", diff, inputs[0].Data)
	}
	if diff := cmp.Diff(wantState, state); !found.HasErrors() && diff != "" {
		t.Errorf("another state than as a whole (-whole +long):\n%s\nof\n%s", diff, inputs[0].Data)
	}
}

func checkLongLayout(t reporter, input Input) {
	t.Helper()
	long, as := layout.NewText(input.Data), layout.NewText(input.Data)
	got, ok := long.FormatLong(fileForm())
	if !ok {
		return
	}
	if diff := cmp.Diff(string(as.FormatWhole(fileForm(), leastFile)), string(got)); diff != "" {
		t.Errorf("another layout than as a whole (-whole +long):\n%s\nof\n%s", diff, input.Data)
	}
}

// TestLongAgreesWithWhole checks that reading a file entry by entry has the same result as
// reading it as a whole, with the same findings at the same places.
func TestLongAgreesWithWhole(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"valid", "invalid"} {
		eachCase(t, dir, func(t *testing.T, path string) { checkLong(t, readCase(t, path)) })
	}
}

// TestLongAgreesWithWholeOnOddFiles checks the same for files with insertions that end or
// hide what seems to be an entry.
func TestLongAgreesWithWholeOnOddFiles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		if sample.LeavesOut(rt, 1) {
			return
		}
		w := &writer{t: rt, step: rapid.IntRange(1, 3).Draw(rt, "step")}
		w.document()
		lines := strings.SplitAfter(w.out.String(), "\n")
		for range rapid.IntRange(0, 3).Draw(rt, "edits") {
			at := rapid.IntRange(0, len(lines)-1).Draw(rt, "line")
			piece := rapid.SampledFrom(oddPieces()).Draw(rt, "piece")
			lines[at] = rapid.SampledFrom([]string{piece + lines[at], lines[at] + piece, piece, strings.TrimSuffix(lines[at], "\n") + piece}).Draw(rt, "edited")
		}
		checkLong(rt, []Input{{Name: "f", Data: []byte(strings.Join(lines, ""))}})
	})
}

func oddPieces() []string {
	return []string{
		"clusters:\n", "clusters: # c\n", "clusters: &all\n", "\"clusters\":\n", "- name: odd\n", "  - name: odd\n", "-\n", " - {name: flow,\n",
		"---\n", "--- # c\n", "...\n", "%YAML 1.1\n", "%YAML 1.2\n", "'clusters': # c\n", "'", "\"", "|\n", ">-\n", "{", "}", "[", "]\n", "# c\n", "\t", "\n", " ", "*a ", "&a ", "!!str ",
		"x-a: &a {rootLevel: INFO}\n", "x-b: |\n  clusters:\n  - name: no\n", "x-c: \"\nclusters:\n- a\"\n", "<<: *a\n", "policy: {prune: true}\n", "? ",
		"description: &a text\n", "description: *a\n", "version: 1\n", "tenant: acme\n", "- &a x\n", "- *a\n",
	}
}

// TestLongFilesAreNotParsedAsAWhole checks that a file with any number of entries is read
// and formatted entry by entry, with comments, anchors and keys after them.
func TestLongFilesAreNotParsedAsAWhole(t *testing.T) {
	t.Parallel()
	sizes := sample.Of([]int{layout.Batch - 1, layout.Batch, 2 * layout.Batch}, 1)
	for _, n := range append([]int{1, 2, layout.Batch + 1}, sizes...) {
		input := manyClusters(n)
		text := strings.Replace(string(input.Data), "clusters:\n", "x-level: &level INFO\nclusters: # all\n  # first\n\n", 1)
		text = strings.ReplaceAll(text, "rootLevel: INFO", "rootLevel: *level")
		input.Data = []byte(text + "\n    # of the last\n  # of all\n# of the policy\npolicy: {prune: true}\n")
		l := newLoader(corpusOptions())
		r := newReader(input, corpusOptions().Now)
		if l.readLong(r) == nil {
			t.Errorf("%d entries are not read one by one", n)
		}
		if _, ok := r.source.FormatLong(fileForm()); !ok {
			t.Errorf("%d entries are not laid out one by one", n)
		}
		checkLong(t, []Input{input})
	}
}

// TestOtherSpellingsAreNotParsedAsAWhole checks the same for what other programs write
// before the entries.
func TestOtherSpellingsAreNotParsedAsAWhole(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"double quotes": {"clusters:\n", "\"clusters\":\n"}, "single quotes": {"clusters:\n", "'clusters': # all\n"},
		"a marker": {"version: 1\n", "--- # all\nversion: 1\n"}, "a directive": {"version: 1\n", "%YAML 1.2\n---\nversion: 1\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			input := manyClusters(2)
			input.Data = []byte(strings.Replace(string(input.Data), change[0], change[1], 1))
			r := newReader(input, corpusOptions().Now)
			if newLoader(corpusOptions()).readLong(r) == nil {
				t.Error("not read one by one")
			}
			if _, ok := r.source.FormatLong(fileForm()); !ok {
				t.Error("not laid out one by one")
			}
			checkLong(t, []Input{input})
		})
	}
}

// TestLongJSONIsNotParsedAsAWhole checks the same for JSON as programs indent it.
func TestLongJSONIsNotParsedAsAWhole(t *testing.T) {
	t.Parallel()
	entry := func(i int) map[string]any {
		return map[string]any{"type": "idn", "name": fmt.Sprint("[{,", i), "description": "a/b\\\"]🚀", "configuration": map[string]any{}}
	}
	for name, shape := range map[string][2]string{
		"indented": {"{\"version\":1,\"clusters\":%s}", "  "}, "tabs": {"{\"clusters\":%s,\"version\":1}", "\t"},
	} {
		for _, n := range []int{1, 2, layout.Batch + 1} {
			t.Run(fmt.Sprint(name, " ", n), func(t *testing.T) {
				t.Parallel()
				var entries []any
				for i := range n {
					entries = append(entries, entry(i))
				}
				list, err := json.Marshal(entries)
				if err != nil {
					t.Fatal(err)
				}
				var text bytes.Buffer
				if err := json.Indent(&text, fmt.Appendf(nil, shape[0], list), "", shape[1]); err != nil {
					t.Fatal(err)
				}
				r := newReader(Input{Name: "f", Data: text.Bytes()}, corpusOptions().Now)
				if _, ok := r.source.FormatLong(fileForm()); !ok {
					t.Error("not laid out one by one")
				}
				checkLong(t, []Input{{Name: "f", Data: text.Bytes()}})
			})
		}
	}
}

// TestOddJSONIsLaidOutAsAWhole checks that JSON which cannot be split, or is invalid, is
// formatted as a whole.
func TestOddJSONIsLaidOutAsAWhole(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"one line":          `{"version":1,"clusters":[{"name":"a"},{"name":"b"}]}`,
		"two on a line":     "{\"version\":1,\"clusters\":[\n{\"name\":\"a\"},{\"name\":\"b\"}]}",
		"behind another":    "{\"version\":1,\"clusters\":[\n{\n\"name\":\"a\"\n}, {\n\"name\":\"b\"\n}\n]}",
		"none":              "{\"version\":1,\"clusters\":[\n]}",
		"stated twice":      "{\"version\":1,\"clusters\":[\n{\"name\":\"a\"}\n],\"clusters\":[\n{\"name\":\"b\"}\n]}",
		"half a character":  "{\"version\":1,\"clusters\":[\n{\"name\":\"\\ud83d\"}\n]}",
		"nested too deeply": "{\"version\":1,\"clusters\":[\n" + strings.Repeat("[", layout.MaxDepth) + strings.Repeat("]", layout.MaxDepth) + "\n]}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReader(Input{Name: "f", Data: []byte(text)}, corpusOptions().Now)
			if _, ok := r.source.FormatLong(fileForm()); ok || len(r.findings()) > 0 {
				t.Errorf("laid out one by one: %t, findings:\n%s", ok, listing(r.findings()))
			}
			out, found := Format(Input{Name: "f", Data: []byte(text)})
			as := newReader(Input{Name: "f", Data: []byte(text)}, corpusOptions().Now)
			if whole := as.source.FormatWhole(fileForm(), leastFile); string(whole) != string(out) || listing(as.findings()) != listing(found) {
				t.Errorf("got %s\n%s", out, listing(found))
			}
		})
	}
}

// TestLongAgreesWithWholeOnDepth checks that the limit of nesting for an entry includes its
// depth in the file.
func TestLongAgreesWithWholeOnDepth(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", layout.MaxDepth) + strings.Repeat("]", layout.MaxDepth)
	checkLong(t, []Input{{Name: "f", Data: []byte("{\"version\": 1, \"clusters\": [\n{\"name\": \"a\", \"x\": " + deep + "},\n{\"name\": \"b\", \"y\": 1}\n]}")}})
	checkLong(t, []Input{{Name: "f", Data: []byte("{\"version\": 1, \"clusters\": [\n{\"name\": \"b\", \"y\": 1},\n{\"name\": \"a\", \"x\": " + deep + "}\n]}")}})
	for depth := layout.MaxDepth - 6; depth < layout.MaxDepth; depth++ {
		nested := strings.Repeat("[", depth) + strings.Repeat("]", depth)
		checkLong(t, []Input{{Name: "f", Data: []byte("version: 1\nclusters:\n- name: a\n  x: " + nested + "\n- name: b\n")}})
		checkLong(t, []Input{{Name: "f", Data: []byte("version: 1\nclusters:\n- name: a\nx: " + nested + "\n")}})
		checkLong(t, []Input{{Name: "f", Data: []byte("version: 1\nx-a: &a " + nested + "\nclusters:\n- name: a\n  x: *a\n")}})
	}
}
