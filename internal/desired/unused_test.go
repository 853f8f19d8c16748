package desired

import (
	"strings"
	"testing"
)

// TestUnusedVariables checks that each variable of --var and --var-file that no file uses
// has a warning, in the order of the places.
func TestUnusedVariables(t *testing.T) {
	t.Parallel()
	file := func(name, text string) Input { return Input{Name: name, Data: []byte(text)} }
	listed, found := LoadVariables([]Input{
		file("a.yaml", "REGION: austin\nTWICE: a\nREGON: b\n"), file("b.yaml", "TWICE: b\nOTHER: c\nBOTH: d\n"),
	})
	if len(found) > 0 {
		t.Fatal(listing(found))
	}
	listed.Given = map[string]string{"GIVEN": "1", "BOTH": "2", "ENTRY": "3"}
	const uses = "version: 1\nclusters:\n- {name: 'va-${REGION}', description: '${ENTRY:-none} $${GIVEN}'}\n"
	for name, tc := range map[string]struct{ text, want string }{
		"each": {uses, `warning unused-variable variable "BOTH" of --var is used in no file (remove it, or use it as ${BOTH})
warning unused-variable variable "GIVEN" of --var is used in no file (remove it, or use it as ${GIVEN})
warning unused-variable a.yaml:3:1: variable "REGON" is used in no file (did you mean "REGION"?)
warning unused-variable b.yaml:1:1: variable "TWICE" is used in no file (remove it, or use it as ${TWICE})
warning unused-variable b.yaml:2:1: variable "OTHER" is used in no file (remove it, or use it as ${OTHER})
`},
		"of a file with an error":      {uses + "x: 1\n", "error unknown-key f:4:1: unknown key \"x\" (use one of version, tenant, defaults, policy, clusters)\n"},
		"of a file that ends too soon": {strings.TrimSuffix(uses, "}\n"), "error syntax-error f:3:3: invalid YAML: did not find expected ',' or '}' (add a comma, or close the map with })\n"},
		"allowed":                      {uses + "policy: {allow: [unused-variable]}\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, found := Load([]Input{file("f", tc.text)}, Options{Variables: listed, ReportUnused: true})
			if got := listing(found); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}
