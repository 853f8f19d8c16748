package layout_test

import (
	"testing"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/desired/layout"
)

func TestMustBe(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ label, want, text, says, hint string }{
		"yes":                {"prune", layout.ABoolean, "yes", `prune must be true or false, not "yes"`, ""},
		"a quoted boolean":   {"prune", layout.ABoolean, `"True"`, `prune must be true or false, not "True"`, "remove the quotes"},
		"a number":           {"prune", layout.ABoolean, "1", "prune must be true or false, not 1", ""},
		"a quoted number":    {"version", layout.AnInteger, `"1"`, `version must be a whole number, not "1"`, "remove the quotes"},
		"a word":             {"version", layout.AnInteger, "one", `version must be a whole number, not "one"`, ""},
		"a boolean":          {"version", layout.AnInteger, "true", "version must be a whole number, not true", ""},
		"null":               {"version", layout.AnInteger, "null", "version must be a whole number, not null", "write a value, or remove it if it is optional"},
		"one name":           {"names", layout.AList, "va-1", `names must be a list, not "va-1"`, "write it in brackets, such as [a, b]"},
		"a map":              {"names", layout.AList, "{a: b}", "names must be a list, not a map", "begin each item with -"},
		"only a name":        {"an entry of clusters", layout.AMap, "va-1", "an entry of clusters must be a map, not a string", "write keys, such as name: va-austin"},
		"a list":             {"scope", layout.AMap, "[a]", "scope must be a map, not a list", "write keys, without -"},
		"text":               {"scope", layout.AMap, "a", "scope must be a map, not a string", "write KEY: VALUE"},
		"another file":       {"a desired-state file", layout.AMap, "secret", "a desired-state file must be a map, not a string", "write keys, such as version: 1"},
		"a list for a name":  {"name", layout.AString, "[a]", "name must be a string, not a list", ""},
		"control characters": {"prune", layout.ABoolean, `"\e"`, `prune must be true or false, not "\x1b"`, ""},
		"a tagged value":     {"name", layout.AString, "!x y", `name must be a string, not a value tagged "!x"`, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var document yaml.Node
			if err := yaml.Unmarshal([]byte(tt.text), &document); err != nil {
				t.Fatal(err)
			}
			if says, hint := layout.MustBe(tt.label, tt.want, document.Content[0]); says != tt.says || hint != tt.hint {
				t.Errorf("%s (%s)\nwant %s (%s)", says, hint, tt.says, tt.hint)
			}
		})
	}
}
