package layout

import (
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestTheSafetyNet checks that any difference in meaning between a formatted text and its
// source is detected.
func TestTheSafetyNet(t *testing.T) {
	t.Parallel()
	const source = "# top\nversion: 1\nx-a: &a {k: v} # trailing\nclusters:\n  - name: a\n    n: ~\n    use: *a\n  - &b name: b\n    s: '1'\n"
	for name, change := range map[string][2]string{
		"nothing":                    {"", ""},
		"white space":                {"version: 1", "version:   1"},
		"quotes":                     {"name: a", `"name": "a"`},
		"another spelling of null":   {"n: ~", "n: null"},
		"keys in another order":      {"name: a\n    n: ~", "n: ~\n    name: a"},
		"a comment that has moved":   {"# top\nversion: 1", "version: 1\n# top"},
		"a number that is quoted":    {"version: 1", "version: '1'"},
		"NOT a value":                {"name: a", "name: c"},
		"NOT a key":                  {"name: a", "nam: a"},
		"NOT a key more":             {"name: a", "name: a\n    type: x"},
		"NOT a key less":             {"    n: ~\n", ""},
		"NOT a string for a number":  {"s: '1'", "s: 1"},
		"NOT null for text":          {"name: a", "name: null"},
		"NOT text for null":          {"n: ~", "n: ''"},
		"NOT an entry more":          {"s: '1'", "s: '1'\n  - name: c"},
		"NOT entries in other order": {"  - name: a\n    n: ~\n    use: *a\n  - &b name: b\n    s: '1'\n", "  - &b name: b\n    s: '1'\n  - name: a\n    n: ~\n    use: *a\n"},
		"NOT the anchor":             {"&b ", ""},
		"NOT the name of an anchor":  {"&b ", "&c "},
		"NOT another alias":          {"use: *a", "use: {k: v}"},
		"NOT a list for a map":       {"{k: v}", "[k, v]"},
		"NOT a tag":                  {"{k: v}", "!x {k: v}"},
		"NOT a tag of a list":        {"clusters:", "clusters: !x"},
		"NOT a document more":        {"s: '1'", "s: '1'\n---\na: b"},
		"NOT YAML":                   {"version: 1", "version: ["},
		"NOT without a comment":      {" # trailing", ""},
		"NOT another comment":        {"# trailing", "# besides"},
		"NOT a comment twice":        {"# top", "# top\n# top"},
		"NOT what cannot be scanned": {"version: 1", "? {a: b}\n: c\nversion: 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(source, change[0]) {
				t.Fatalf("the source has no %q", change[0])
			}
			roots, complete := NewText([]byte(source)).Parse("")
			s := newSource([]byte(source))
			if problem := s.scan(wholePart(s.text), roots...); problem != nil || !complete {
				t.Fatal(problem, complete)
			}
			c := newChecker()
			c.source = s.commentTexts()
			out := strings.Replace(source, change[0], change[1], 1)
			same := c.agrees("", []byte(out), roots...) && c.sameComments()
			if want := !strings.HasPrefix(name, "NOT "); same != want {
				t.Errorf("the same: %t, of\n%s", same, out)
			}
		})
	}
}

// TestTheSafetyNetIsUsed checks that no result is returned if its meaning would differ,
// entry by entry or as a whole. Here the nodes are not those of the text.
func TestTheSafetyNetIsUsed(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"short": "version: 1\nclusters: [{name: a}]\n",
		"long":  "version: 1\nclusters:\n  - name: a\n  - name: b\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := NewText([]byte(text))
			roots, _ := file.Parse("")
			roots[0].Content[1].Value = "2" // a scalar that the text does not have
			if out, problem := file.layout(Form{}, roots, nil); out != nil || problem == nil {
				t.Errorf("laid out as %q", out)
			}
			roots, _ = file.Parse("")
			roots[0].Content[0].Anchor = "lost" // is not printed
			if out, problem := file.layout(Form{}, roots, nil); out != nil || problem == nil || problem.hint == "" || problem.Place != (Place{1, 1}) {
				t.Errorf("laid out as %q: %v", out, problem)
			}
		})
	}
}

// TestPendingEntriesAreChecked checks that pending entries are compared, with their
// comments, at the end of each batch and of each list.
func TestPendingEntriesAreChecked(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		entry string
		count int
		want  bool
	}{
		"one": {"  - a\n", 1, true}, "one that differs": {"  - b\n", 1, false},
		"a batch": {"  - a\n", Batch, true}, "a batch that differs": {"  - b\n", Batch, false},
		"a comment less": {"  - a\n", 3, true}, "an alias": {"  - *x\n", 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, p, ok := newChecker(), &printer{source: newSource(nil)}, true
			for range tc.count {
				p.out.WriteString(tc.entry)
				ok = c.add(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "a"}, p) && ok
			}
			if ok = c.flush(p) && ok; ok != tc.want {
				t.Errorf("%t, want %t", ok, tc.want)
			}
			if len(c.pending) > 0 || c.from != p.out.Len() {
				t.Errorf("%d entries are still pending", len(c.pending))
			}
		})
	}
}
