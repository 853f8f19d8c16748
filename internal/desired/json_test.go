package desired

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"clusterctl/internal/testkit/sample"
)

// TestJSONLoadsAsYAML checks that a desired state means the same in JSON, in any notation,
// and in YAML.
func TestJSONLoadsAsYAML(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		if sample.LeavesOut(rt, 2) {
			return
		}
		state := anyState(rt)
		inYAML, found := Load([]Input{{Name: "f", Data: writeAs(state, yamlSyntax())}}, corpusOptions())
		if found.HasErrors() {
			rt.Fatalf("no valid state:\n%s", listing(found))
		}
		text := writeAs(state, jsonSyntax(rt))
		inJSON, found := Load([]Input{{Name: "f", Data: text}}, corpusOptions())
		if found.HasErrors() {
			rt.Fatalf("refused:\n%s\n%s", listing(found), text)
		}
		if diff := cmp.Diff(withoutPlaces(inYAML), withoutPlaces(inJSON)); diff != "" {
			rt.Fatalf("(-YAML +JSON):\n%s\n%s", diff, text)
		}
		checkFormat(rt, text)
		checkLong(rt, []Input{{Name: "f", Data: text}})
	})
}

// TestJSONNodesAgree compares the JSON parser with the YAML parser, places included, on
// JSON that both can read.
func TestJSONNodesAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := writeAs(anyPlainValue(rt, 3), jsonSyntaxOf(rt, false))
		if !json.Valid(text) {
			rt.Fatalf("no JSON: %s", text)
		}
		var want yaml.Node
		if err := yaml.Unmarshal(text, &want); err != nil {
			rt.Fatalf("%v: %s", err, text)
		}
		r := newReader(Input{Data: text}, corpusOptions().Now)
		roots, complete := r.source.Parse(leastFile)
		if diff := cmp.Diff(want.Content, roots); diff != "" || !complete || len(r.findings()) > 0 {
			rt.Fatalf("%v (-YAML +JSON):\n%s\nof\n%s", r.found, diff, text)
		}
	})
}

// TestJSONOfOtherPrograms checks JSON that is not valid YAML, for every kind of file.
func TestJSONOfOtherPrograms(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("k", 1025)
	for _, tc := range []struct{ name, written, want string }{
		{"a surrogate pair", `\ud83d\ude80`, "🚀"},
		{"an escaped slash", `a\/b`, "a/b"},
		{"delete", "a\u007f", "a\u007f"},
		{"an escaped delete", `a\u007f`, "a\u007f"},
		{"a line separator", "a\u2028", "a\u2028"},
		{"more than a key may have", long, long},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			in := func(format string) []Input { return []Input{{Name: "f", Data: fmt.Appendf(nil, format, tc.written)}} }
			state, found := Load(in(`{"version": 1, "clusters": [{"name": "va", "configuration": {"%[1]s": "%[1]s"}}]}`), Options{})
			if len(found) > 0 || *state.Clusters[0].Configuration[tc.want] != tc.want {
				t.Errorf("desired state: %v\n%s", state.Clusters, listing(found))
			}
			variables, found := LoadVariables(in(`{"NAME": "%s"}`))
			if len(found) > 0 || variables.Listed["NAME"] != tc.want {
				t.Errorf("variables: %q\n%s", variables.Listed, listing(found))
			}
			known, found := LoadKnown(in(`{"version": 1, "known": [{"name": "va", "reason": "%s", "until": "2026-12-31"}]}`))
			if len(found) > 0 || known[0].Reason != tc.want {
				t.Errorf("known drift: %q\n%s", known, listing(found))
			}
		})
	}
}

// TestEmptyVariables checks that an empty variables file is reported, and that it needs no
// version.
func TestEmptyVariables(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":     "error empty-file f:1:1: the file has no content (add at least NAME: VALUE, or {})\n",
		"{}\n": "",
	} {
		if _, found := LoadVariables([]Input{{Name: "f", Data: []byte(text)}}); listing(found) != want {
			t.Errorf("%q:\n%s", text, listing(found))
		}
	}
}

func TestJSONFindings(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, text, want string }{
		{
			"a column behind a pair", `{"version": 1, "tenant": "\ud83d\ude80", "x": 1}`,
			`error unknown-key f:1:42: unknown key "x" (use one of version, tenant, defaults, policy, clusters)` + "\n",
		},
		{
			"a column behind a character", "{\"version\": 1,\n\"tenant\": \"🚀\", \"x\": 1}",
			`error unknown-key f:2:16: unknown key "x" (use one of version, tenant, defaults, policy, clusters)` + "\n",
		},
		{
			"a key of a cluster", "{\"version\": 1,\n \"clusters\": [\n  {\"name\": \"a\", \"nam\": 1}]}",
			`error unknown-key f:3:17: unknown key "nam" (did you mean "name"?)` + "\n",
		},
		{
			"half a pair", `{"version": 1, "tenant": "a\ud83d"}`,
			`error invalid-character f:1:26: \ud83d is half of a surrogate pair (write both halves, or the character itself)` + "\n",
		},
		{
			"the wrong half", `{"version": 1, "tenant": "\\\ude80\ud83d"}`,
			`error invalid-character f:1:26: \ude80 is half of a surrogate pair (write both halves, or the character itself)` + "\n",
		},
		{
			"half a pair in a cluster", `{"version": 1, "clusters": [{"name": "\ud83dx"}]}`,
			`error invalid-character f:1:38: \ud83d is half of a surrogate pair (write both halves, or the character itself)` + "\n",
		},
		{
			"a variable", `{"version": 1, "clusters": [{"name": "${NONE}"}]}`,
			`error undefined-variable f:1:39: variable "NONE" is not defined (set it with --var NONE=VALUE, --var-file or CLUSTERCTL_VAR_NONE, or write ${NONE:-default})` + "\n",
		},
		{"not quite JSON", `{"version": 1, "tenant": "a", }`, ""},
		{"too deep", `{"version": 1, "x-": ` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, "error too-deep f:1:121: nested more than 100 levels deep\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, found := Load([]Input{{Name: "f", Data: []byte(tc.text)}}, Options{})
			if got := listing(found); got != tc.want {
				t.Errorf("got\n%swant\n%s", got, tc.want)
			}
		})
	}
}

// TestFormatKeepsJSONReadable checks that formatted JSON is valid YAML.
func TestFormatKeepsJSONReadable(t *testing.T) {
	t.Parallel()
	const text = `{"version": 1, "tenant": "\ud83d\ude80\/é", "clusters": [{"name": "a` + "\u007f" + `b"}]}`
	const want = "version: 1\ntenant: \"🚀/é\"\nclusters: [{name: \"a\\u007Fb\"}]\n"
	got, found := Format(Input{Name: "f", Data: []byte(text)})
	if diff := cmp.Diff(want, string(got)); len(found) > 0 || diff != "" {
		t.Errorf("%s(-want +got):\n%s", listing(found), diff)
	}
	long := `{"version": 1, "x-` + strings.Repeat("k", 1100) + `": 1}`
	_, found = Format(Input{Name: "f", Data: []byte(long)})
	if got, want := listing(found), "error unformattable f:1:16: fmt does not support keys of more than 1024 characters (the file was not changed)\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestEncodings checks the findings for a file that is not plain UTF-8.
func TestEncodings(t *testing.T) {
	t.Parallel()
	const text = "version: 1\nx: 1\n"
	little, big := make([]byte, 0, 64), make([]byte, 0, 64)
	little4, big4 := make([]byte, 0, 64), make([]byte, 0, 64)
	for _, c := range []byte(text) {
		little, big = append(little, c, 0), append(big, 0, c)
		little4, big4 = append(little4, c, 0, 0, 0), append(big4, 0, 0, 0, c)
	}
	refused := func(name string) string {
		return "error invalid-character f:1:1: the file is " + name + ", not UTF-8 (save it as UTF-8)\n"
	}
	unknown := "error unknown-key f:2:1: unknown key \"x\" (use one of version, tenant, defaults, policy, clusters)\n"
	for _, tc := range []struct{ name, text, want string }{
		{"UTF-8 with a mark", "\uFEFF" + text, unknown},
		{"a mark and JSON", "\uFEFF{\"version\": 1,\n\"x\": 1}", unknown},
		{"a mark, first line", "\uFEFFx: 1\nversion: 1\n", strings.Replace(unknown, "f:2:1", "f:1:1", 1)},
		{"CRLF", strings.ReplaceAll(text, "\n", "\r\n"), unknown},
		{"CR", strings.ReplaceAll(text, "\n", "\r"), unknown},
		{"UTF-16 LE with a mark", "\xFF\xFE" + string(little), refused("UTF-16 (little-endian)")},
		{"UTF-16 BE with a mark", "\xFE\xFF" + string(big), refused("UTF-16 (big-endian)")},
		{"UTF-32 LE with a mark", "\xFF\xFE\x00\x00" + string(little4), refused("UTF-32 (little-endian)")},
		{"UTF-32 BE with a mark", "\x00\x00\xFE\xFF" + string(big4), refused("UTF-32 (big-endian)")},
		{"a mark of UTF-16 alone", "\xFF\xFE", refused("UTF-16 (little-endian)")},
		{"four bytes of UTF-16 LE", "a\x00b\x00", refused("UTF-16 (little-endian)")},
		{"UTF-16 LE, not ASCII behind the first", "a\x00-N", refused("UTF-16 (little-endian)")},
		{"UTF-16 BE, not ASCII behind the first", "\x00aN-", refused("UTF-16 (big-endian)")},
		{"UTF-16 LE", string(little), refused("UTF-16 (little-endian)")},
		{"UTF-16 BE", string(big), refused("UTF-16 (big-endian)")},
		{"UTF-32 LE", string(little4), refused("UTF-32 (little-endian)")},
		{"UTF-32 BE", string(big4), refused("UTF-32 (big-endian)")},
		{"a mark further on", "version: 1\n\uFEFFx: 1\n", "error invalid-character f:2:1: character U+FEFF is not allowed (remove it, or write it as \\uFEFF in double quotes)\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, found := Load([]Input{{Name: "f", Data: []byte(tc.text)}}, Options{})
			if got := listing(found); got != tc.want {
				t.Errorf("got\n%swant\n%s", got, tc.want)
			}
		})
	}
}
