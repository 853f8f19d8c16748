package jsonread

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

type document struct {
	Name    string             `json:"name"`
	At      time.Time          `json:"at"`
	Count   int                `json:"count"`
	Share   float64            `json:"share"`
	Done    bool               `json:"done"`
	Raw     json.RawMessage    `json:"raw"`
	Changes []change           `json:"changes"`
	Levels  map[string]level   `json:"levels"`
	Numbers map[string]float64 `json:"numbers"`
	Exact   json.Number        `json:"exact"`
	Next    *document          `json:"next"`
}

type change struct {
	Paths []string   `json:"paths"`
	Due   *time.Time `json:"due"`
}

type level string

func TestErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ data, want string }{
		"fine":                    {`{"name": "a", "changes": [{"paths": ["x"]}]}`, ""},
		"another document":        {`[]`, "expected an object, found an array"},
		"a string in its place":   {` "a" `, `expected an object, found the string "a"`},
		"no string":               {`{"name": 1}`, "name: expected a string, found 1"},
		"no text of a kind":       {`{"levels": {"a": "b", "c": {}}}`, "levels.c: expected a string, found an object"},
		"no number":               {`{"count": "1"}`, `count: expected a whole number, found the string "1"`},
		"not whole":               {`{"count": 1.5}`, "count: expected a whole number, found 1.5"},
		"too large":               {`{"share": 1e999}`, "share: expected a number, found 1e999"},
		"no truth":                {`{"done": "true"}`, `done: expected true or false, found the string "true"`},
		"no array":                {`{"changes": {"paths": 1}}`, "changes: expected an array, found an object"},
		"in an array":             {`{"changes": [{}, {"paths": []}, {"paths": ["x", "y", 3, "z"]}, {}]}`, "changes[2].paths[2]: expected a string, found 3"},
		"the first of several":    {`{"changes": [{"paths": [1]}, {"paths": [2]}], "name": 1}`, "changes[0].paths[0]: expected a string, found 1"},
		"a key with dots":         {`{"numbers": {"com.acme": true}}`, `numbers["com.acme"]: expected a number, found true`},
		"in itself":               {`{"next": {"next": {"done": 0}}}`, "next.next.done: expected true or false, found 0"},
		"no time":                 {`{"at": "yesterday"}`, `at: expected a time such as 2026-11-23T18:00:00Z, found the string "yesterday"`},
		"a number for a time":     {`{"changes": [{}, {"due": 5}]}`, "changes[1].due: expected a time such as 2026-11-23T18:00:00Z, found 5"},
		"a value that is too odd": {`{"exact": "x"}`, `exact: not a valid value: the string "x"`},
		"lines":                   {"\n{\n \"changes\": [\n  {\n   \"paths\": 1\n}]}\n", "changes[0].paths: expected an array, found 1 at line 5"},
		"long":                    {`{"count": "` + strings.Repeat("x", 50) + `"}`, `count: expected a whole number, found the string "` + strings.Repeat("x", 40) + `"`},
		"no JSON":                 {`{"name": x}`, "invalid character 'x'"},
		"no JSON in a line":       {"{\n\n\"name\": x}", "invalid character 'x' at line 3"},
		"cut off":                 {"{\n\"name\":", "unexpected end of JSON input at line 2"},
		"empty":                   {"", "unexpected end of JSON input"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var d document
			err := Unmarshal([]byte(tt.data), &d)
			if err == nil != (tt.want == "") || err != nil && err.Error() != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
			if _, ok := errors.AsType[*json.SyntaxError](err); ok == json.Valid([]byte(tt.data)) {
				t.Errorf("is an error of syntax: %t", ok)
			}
		})
	}
}

// TestNoErrorNamesATypeOfGo damages any value of a document.
func TestNoErrorNamesATypeOfGo(t *testing.T) {
	t.Parallel()
	const valid = `{"name": "a", "at": "2026-11-26T00:00:00Z", "count": 1, "share": 0.5, "done": true, "raw": {"a": 1}, "exact": 1,
		"changes": [{"paths": ["x", "y"], "due": "2026-11-26T00:00:00Z"}, {"paths": []}], "levels": {"a": "b"}, "numbers": {"c": 2}, "next": {"done": false}}`
	values := regexp.MustCompile(`"[^"]*"(,|}|])|[0-9.]+|true|false|\[|\{`).FindAllStringIndex(valid, -1)
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.SampledFrom(values).Draw(t, "value")
		wrong := rapid.SampledFrom([]string{"null", "true", "-1", "1.5", "1e999", `"text"`, "[]", "{}", `["x"]`, `{"x": 1}`}).Draw(t, "wrong")
		var old json.RawMessage
		if err := json.NewDecoder(strings.NewReader(valid[at[0]:])).Decode(&old); err != nil {
			t.Fatal(err)
		}
		damaged := valid[:at[0]] + wrong + valid[at[0]+len(old):]
		var d document
		err := Unmarshal([]byte(damaged), &d)
		if (err == nil) != (json.Unmarshal([]byte(damaged), &d) == nil) {
			t.Fatalf("%v", err)
		}
		if err != nil && !regexp.MustCompile(`(^|: )(expected (an object|an array|a string|true or false|a number|a whole number|a time such as \S+), found|not a valid value: ).*$`).MatchString(err.Error()) {
			t.Fatalf("%v", err)
		}
	})
}
