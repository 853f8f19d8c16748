package layout

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAppend(t *testing.T) {
	t.Parallel()
	const entry = "  - name: new\n    description: |-\n      a\n\n      b\n"
	const added, deep = entry, "    - name: new\n      description: |-\n        a\n\n        b\n"
	const flush = "- name: new\n  description: |-\n    a\n\n    b\n"
	for name, tt := range map[string]struct{ file, want string }{
		"an entry":               {"version: 1\nclusters:\n  - name: a\n", "version: 1\nclusters:\n  - name: a\n" + added},
		"no line feed":           {"clusters:\n  - name: a", "clusters:\n  - name: a\n" + added},
		"not indented":           {"clusters:\n- name: a\n", "clusters:\n- name: a\n" + flush},
		"indented more":          {"clusters:\n    - name: a\n", "clusters:\n    - name: a\n" + deep},
		"another key behind":     {"clusters:\n  - name: a\n\n# policy\npolicy: {}\n", "clusters:\n  - name: a\n" + added + "\n# policy\npolicy: {}\n"},
		"a comment of the entry": {"clusters:\n  - name: a\n    # note\n# end\n", "clusters:\n  - name: a\n    # note\n" + added + "# end\n"},
		"comments between":       {"clusters:\n# one\n- name: a\n# two\n- name: b\n# end\n", "clusters:\n# one\n- name: a\n# two\n- name: b\n" + flush + "# end\n"},
		"a block of text":        {"clusters:\n  - name: a\n    description: |\n      x\n\n      # y\nversion: 1\n", "clusters:\n  - name: a\n    description: |\n      x\n\n      # y\n" + added + "version: 1\n"},
		"no entry":               {"clusters: [] # none\nversion: 1\n", "clusters: # none\n" + added + "version: 1\n"},
		"no list":                {"version: 1\n", "version: 1\nclusters:\n" + added},
		"several documents":      {"version: 1\n---\nclusters:\n  - name: a\n---\ntenant: t\n", "version: 1\n---\nclusters:\n  - name: a\n" + added + "---\ntenant: t\n"},
		"CRLF":                   {"clusters:\r\n  - name: a\r\n", "clusters:\r\n  - name: a\r\n  - name: new\r\n    description: |-\r\n      a\r\n\r\n      b\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Append([]byte(tt.file), "clusters", []byte(entry))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAppendRefuses(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		`{"clusters": []}`, "{clusters: []}\n", "clusters: [{name: a}]\n", "clusters: &a []\n", "clusters:\n", "clusters:\n  []\n", "clusters: [\n]\n",
		"a: &x []\nclusters: *x\n", "clusters:\n  - : :\n", "", "- a\n", "clusters:\r- a\r",
	} {
		if got, err := Append([]byte(file), "clusters", []byte("  - name: new\n")); !errors.Is(err, ErrFlow) {
			t.Errorf("%q: %q, %v", file, got, err)
		}
	}
}
