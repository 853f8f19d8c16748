package desired

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPlacesInEveryLineEnding checks that every kind of finding has the same place whether
// lines end in LF, CRLF or CR.
func TestPlacesInEveryLineEnding(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, text, want string }{
		{"a key", "version: 1\n# é\n\nx: 1\n", "4:1 unknown-key"},
		{"a key on a line behind others", "version: 1\n{\ntenant: é, x: 1}\n", "2:1 syntax-error"},
		{"a flow map", "{version: 1,\ntenant: é, x: 1}\n", "2:12 unknown-key"},
		{"a key of an entry", "version: 1\nclusters:\n- name: a\n  # é\n\n  x: 1\n- name: b\n  y: 1\n", "6:3 unknown-key, 8:3 unknown-key"},
		{"a key behind the entries", "version: 1\nclusters:\n- name: a\n\nx: 1\n", "5:1 unknown-key"},
		{"a key of a second document", "version: 1\nclusters:\n- name: a\n---\n\nx: 1\n", "6:1 unknown-key"},
		{"a syntax error", "version: 1\n\ntenant: [é, \n", "3:9 syntax-error"},
		{"a syntax error further on", "version: 1\ntenant: a\n\n  policy: {}\n", "4:9 syntax-error"},
		{"an unknown anchor", "version: 1\n\ntenant: *nobody\n", "3:9 unknown-anchor"},
		{"an invalid character", "version: 1\n\ntenant: é\x01\n", "3:10 invalid-character"},
		{"not UTF-8", "version: 1\n\ntenant: é\xff\n", "3:10 invalid-character"},
		{"a variable", "version: 1\n\ntenant: é ${NONE}\n", "3:11 undefined-variable"},
		{"variables on two lines", "version: 1\ntenant: 'é ${REGION} ${NONE}\n  ${NONE} b'\n", "2:22 undefined-variable, 3:3 undefined-variable"},
		{"a variable in a block", "version: 1\ntenant: | # ${NO}\n\n  é ${NONE}\n", "4:5 undefined-variable"},
		{"a variable behind an escape", "version: 1\ntenant: \"$${A} ${NONE}\"\n", "2:16 undefined-variable"},
		{"a variable that is not in the text", "version: 1\n\ntenant: \"\\u0024{NONE}\"\n", "3:9 undefined-variable"},
		{"a variable of an entry", "version: 1\nclusters:\n- name: a\n- name: é${NONE}\n  description: ${NONE}\n", "4:10 undefined-variable, 5:16 undefined-variable"},
		{
			"variables of a file that is parsed twice",
			"version: 1\nclusters:\n- name: é${NONE}\n- {name: \"${NONE}\", description: \"${NONE}\"}\n- name: \"a\n- b\"\n",
			"3:10 undefined-variable, 4:11 undefined-variable, 4:35 undefined-variable",
		},
		{"JSON", "{\"version\": 1,\n\n \"tenant\": \"é\", \"x\": 1}\n", "3:17 unknown-key"},
		{"an entry of JSON", "{\"version\": 1,\n\"clusters\": [\n {\"name\": \"é\", \"x\": 1},\n\n {\"name\": \"${NONE}\"}\n]}\n", "3:16 unknown-key, 5:12 undefined-variable"},
	} {
		for name, ending := range map[string]string{"LF": "\n", "CRLF": "\r\n", "CR": "\r"} {
			t.Run(tc.name+" "+name, func(t *testing.T) {
				t.Parallel()
				text := strings.ReplaceAll(tc.text, "\n", ending)
				_, found := Load([]Input{{Name: "f", Data: []byte(text)}}, corpusOptions())
				var got []string
				for _, d := range found {
					got = append(got, fmt.Sprintf("%d:%d %s", d.Line, d.Column, d.Code))
				}
				if diff := cmp.Diff(tc.want, strings.Join(got, ", ")); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestPlacesOfClusters checks, for any line ending, the places of clusters and of what fmt
// cannot format.
func TestPlacesOfClusters(t *testing.T) {
	t.Parallel()
	for name, ending := range map[string]string{"LF": "\n", "CRLF": "\r\n", "CR": "\r"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := "# é\nversion: 1\nclusters:\n# of a\n- name: a\n-\n  # é\n  name: b\n- {name: c}\n"
			state, found := Load([]Input{{Name: "f", Data: []byte(strings.ReplaceAll(text, "\n", ending))}}, corpusOptions())
			var got []string
			for _, c := range state.Clusters {
				got = append(got, fmt.Sprintf("%s %d:%d", c.Name, c.Source.Line, c.Source.Column))
			}
			if diff := cmp.Diff([]string{"a 5:3", "b 8:3", "c 9:4"}, got); diff != "" || len(found) > 0 {
				t.Errorf("%s (-want +got):\n%s", listing(found), diff)
			}
			_, found = Format(Input{Name: "f", Data: []byte(strings.ReplaceAll("version: 1\n\n? \n: c\n", "\n", ending))})
			if want := "error unformattable f:3:2: fmt does not support an empty key (the file was not changed)\n"; listing(found) != want {
				t.Errorf("got %s", listing(found))
			}
		})
	}
}

// TestFormatNestedFirstKeys checks the layout of items whose first key, or first item, is a
// block.
func TestFormatNestedFirstKeys(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, in, want string }{
		{
			"a key that is a block", "version: 1\nclusters:\n- configuration:\n    a: b\n",
			"version: 1\nclusters:\n  - configuration:\n      a: b\n",
		},
		{
			"one that moves to the front", "version: 1\nclusters:\n- logConfig:\n    rootLevel: INFO\n  configuration:\n    # c\n    a: b\n",
			"version: 1\nclusters:\n  - configuration:\n      # c\n      a: b\n    logConfig:\n      rootLevel: INFO\n",
		},
		{
			"one that moves to the back", "version: 1\nclusters:\n# of all\n- configuration: # beside\n    a: b\n  # of the name\n  name: va\n",
			"version: 1\nclusters:\n  # of all\n  # of the name\n  - name: va\n    configuration: # beside\n      a: b\n",
		},
		{
			"comments at each level", "version: 1\nclusters:\n- # of the dash\n  # of the key\n  configuration:\n    # inside\n    a: b # beside\n    # below\n",
			"version: 1\nclusters:\n  # of the dash\n  # of the key\n  - configuration:\n      # inside\n      a: b # beside\n      # below\n",
		},
		{
			"lists in lists", "version: 1\nx-a:\n- - - a\n    - b\n  - c\n-\n  - d\n",
			"version: 1\nx-a:\n  - - - a\n      - b\n    - c\n  - - d\n",
		},
		{
			"blank lines between", "version: 1\nx-a:\n\n- - a\n\n  - b\n\n- configuration:\n\n    k: v\n\n  z: y\n",
			"version: 1\nx-a:\n  - - a\n\n    - b\n\n  - configuration:\n      k: v\n\n    z: y\n",
		},
		{
			"an anchor at the item", "version: 1\nx-a:\n- &i\n  k:\n    l: m\n- <<: *i\n",
			"version: 1\nx-a:\n  - &i\n    k:\n      l: m\n  - <<: *i\n",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, found := Format(Input{Name: "f", Data: []byte(tc.in)})
			if diff := cmp.Diff(tc.want, string(got)); diff != "" || len(found) > 0 {
				t.Errorf("%s (-want +got):\n%s", listing(found), diff)
			}
			checkFormat(t, []byte(tc.in))
			checkLong(t, []Input{{Name: "f", Data: []byte(tc.in)}})
		})
	}
}

// TestFormatKeepsAliasesBehindAnchors checks that a block keeps the order of its keys if an
// alias would move before its anchor, wherever in the values the two are, and only then.
func TestFormatKeepsAliasesBehindAnchors(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"values":           "version: 1\nclusters:\n  - configuration: &c {k: v}\n    description: *c\n    name: a\n",
		"inside a value":   "version: 1\nclusters:\n  - configuration: {k: &v x}\n    description: *v\n    name: a\n",
		"inside blocks":    "version: 1\nclusters:\n  - configuration:\n      k: &v x\n    description: *v\n",
		"a key":            "version: 1\nclusters:\n  - &k configuration: {k: v}\n    description: *k\n",
		"behind the list":  "version: 1\nclusters:\n  - name: &n a\n  - name: b\ntenant: *n\n",
		"in the last one":  "version: 1\nclusters:\n  - name: b\n  - name: &n a\ntenant: *n\n",
		"in front of both": "clusters:\n  - name: a\n  - name: &n b\nversion: 1\ntenant: *n\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, found := Format(Input{Name: "f", Data: []byte(text)})
			if diff := cmp.Diff(text, string(got)); diff != "" || len(found) > 0 {
				t.Errorf("%s (-want +got):\n%s", listing(found), diff)
			}
			checkLong(t, []Input{{Name: "f", Data: []byte(text)}})
		})
	}
	const in = "version: 1\nx-a: &a INFO\nclusters:\n  - description: *a\n    name: a\n"
	const want = "version: 1\nx-a: &a INFO\nclusters:\n  - name: a\n    description: *a\n"
	if got, found := Format(Input{Name: "f", Data: []byte(in)}); string(got) != want || len(found) > 0 {
		t.Errorf("one alias alone: %s%s", listing(found), got)
	}
}

// TestFormatLongestKey checks the maximum length of a key.
func TestFormatLongestKey(t *testing.T) {
	t.Parallel()
	for length, want := range map[int]bool{1020: true, 1021: false} { // and x-, in quotes
		text := fmt.Sprintf("{\"version\": 1, \"x-%s\": 1}", strings.Repeat("k", length))
		if got := checkFormat(t, []byte(text)); got != want {
			t.Errorf("a key of %d characters in quotes is laid out: %t, want %t", length+4, got, want)
		}
	}
}
