package sandbox

import (
	"slices"
	"strings"
	"testing"
)

func TestParseFilter(t *testing.T) {
	t.Parallel()
	tests := map[string]filter{
		``:                            nil,
		`name eq "a"`:                 {{"name", "a"}},
		"\tname  eq\t\"a\" ":          {{"name", "a"}},
		`name eq "a \"b\" \\ and c"`:  {{"name", `a "b" \ and c`}},
		`name eq ""`:                  {{"name", ""}},
		`operational eq true`:         {{"operational", "true"}},
		`operational eq "false"`:      {{"operational", "false"}},
		`type eq "a" and name eq "b"`: {{"type", "a"}, {"name", "b"}},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := parseFilter(text)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("got %v, %v, want %v", got, err, want)
			}
		})
	}
}

func TestParseFilterRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		`name`:                           "incomplete condition",
		`name eq`:                        "incomplete condition",
		`name eq "a" and`:                "incomplete condition",
		`pod eq "a"`:                     `cannot filter by field "pod"`,
		`"name" eq "a"`:                  `cannot filter by field "name"`,
		`name co "a"`:                    `operator "co" is not supported for name`,
		`name "eq" "a"`:                  `operator "eq" is not supported`,
		`name eq a`:                      "value a is not in double quotes",
		`name eq true`:                   "value true is not in double quotes",
		`operational eq "operation"`:     `"operation" is not a value of operational`,
		`name eq "a`:                     "unclosed double quote",
		`name eq "a\`:                    "unclosed double quote",
		`name eq "a" or name eq "b"`:     `the word and between conditions, found "or"`,
		`name eq "a" "and" type eq "b"`:  `the word and between conditions, found "and"`,
		`(name eq "a")`:                  `cannot filter by field "(name`,
		`name eq "a" and and eq "b"`:     `cannot filter by field "and`,
		`name eq "a" and operational ne`: "incomplete condition",
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if got, err := parseFilter(text); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, %v, want an error with %q", got, err, want)
			}
		})
	}
}

// quote writes a value as a client does.
func quote(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

func FuzzFilterReadsBackWhatIsQuoted(f *testing.F) {
	for _, value := range []string{"", "va-austin", `"`, `\`, `a" and type eq "b`, "ä\x00\xff"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		got, err := parseFilter("name eq " + quote(value))
		if err != nil || !slices.Equal(got, filter{{"name", value}}) {
			t.Errorf("%q became %v, %v", value, got, err)
		}
		_, _ = parseFilter(value) // anything at all must not make it panic
	})
}
