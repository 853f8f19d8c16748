package jsonpatch_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/jsonpatch"
)

func TestDiffGuardsWhatItOverwrites(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ before, after, want string }{
		"equal":           {`{"a":"1"}`, `{"a":"1"}`, `[]`},
		"equal but order": {`{"a":"1","b":"2"}`, `{"b":"2","a":"1"}`, `[]`},
		"add":             {`{}`, `{"a":"1"}`, `[{"op":"add","path":"/a","value":"1"}]`},
		"add null":        {`{}`, `{"a":null}`, `[{"op":"add","path":"/a","value":null}]`},
		"replace":         {`{"a":"1"}`, `{"a":"2"}`, `[{"op":"test","path":"/a","value":"1"},{"op":"replace","path":"/a","value":"2"}]`},
		"replace null":    {`{"a":null}`, `{"a":"2"}`, `[{"op":"add","path":"/a","value":"2"}]`},
		"remove null":     {`{"a":null}`, `{}`, `[{"op":"remove","path":"/a"}]`},
		"add a member": {
			`{"c":{"b":"1"}}`, `{"c":{"a":"0","b":"1","z":"2"}}`,
			`[{"op":"test","path":"/c","value":{"b":"1"}},{"op":"add","path":"/c/a","value":"0"},{"op":"add","path":"/c/z","value":"2"}]`,
		},
		"replace a null member": {
			`{"c":{"a":null}}`, `{"c":{"a":"1"}}`,
			`[{"op":"test","path":"/c","value":{"a":null}},{"op":"add","path":"/c/a","value":"1"}]`,
		},
		"remove a null member": {
			`{"c":{"a":null}}`, `{"c":{}}`,
			`[{"op":"test","path":"/c","value":{"a":null}},{"op":"remove","path":"/c/a"}]`,
		},
		"parents in front, in order": {
			`{"a":"1","u":{},"c":{}}`, `{"a":"2","u":{"x":"1"},"c":{"x":"1"}}`,
			`[{"op":"test","path":"/c","value":{}},{"op":"test","path":"/u","value":{}},` +
				`{"op":"test","path":"/a","value":"1"},{"op":"replace","path":"/a","value":"2"},` +
				`{"op":"add","path":"/c/x","value":"1"},{"op":"add","path":"/u/x","value":"1"}]`,
		},
		"replace by null":  {`{"a":"2"}`, `{"a":null}`, `[{"op":"test","path":"/a","value":"2"},{"op":"replace","path":"/a","value":null}]`},
		"remove":           {`{"a":"1"}`, `{}`, `[{"op":"test","path":"/a","value":"1"},{"op":"remove","path":"/a"}]`},
		"missing parent":   {`{}`, `{"c":{"k":"v"}}`, `[{"op":"add","path":"/c","value":{"k":"v"}}]`},
		"escaped key":      {`{"c":{"a/b~c":"1"}}`, `{"c":{"a/b~c":"2"}}`, `[{"op":"test","path":"/c/a~1b~0c","value":"1"},{"op":"replace","path":"/c/a~1b~0c","value":"2"}]`},
		"readable as text": {`{}`, `{"a":"<&>"}`, `[{"op":"add","path":"/a","value":"<&>"}]`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			patch, err := jsonpatch.Diff(json.RawMessage(tt.before), json.RawMessage(tt.after))
			if err != nil {
				t.Fatal(err)
			}
			got, err := jsonpatch.Encode(patch)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want {
				t.Errorf("Diff(%s, %s)\n got %s\nwant %s", tt.before, tt.after, got, tt.want)
			}
		})
	}
}

func TestApply(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		doc, patch, want string
		testFailed, err  bool
	}{
		"test passes":             {doc: `{"a":"1"}`, patch: `[{"op":"test","path":"/a","value":"1"}]`, want: `{"a":"1"}`},
		"test of another value":   {doc: `{"a":"1"}`, patch: `[{"op":"test","path":"/a","value":"2"}]`, testFailed: true},
		"test of a missing one":   {doc: `{}`, patch: `[{"op":"test","path":"/a","value":"2"}]`, testFailed: true},
		"missing is not null":     {doc: `{}`, patch: `[{"op":"test","path":"/a","value":null}]`, testFailed: true},
		"null is null":            {doc: `{"a":null}`, patch: `[{"op":"test","path":"/a","value":null}]`, want: `{"a":null}`},
		"null is not a text":      {doc: `{"a":null}`, patch: `[{"op":"test","path":"/a","value":""}]`, testFailed: true},
		"test behind no parent":   {doc: `{}`, patch: `[{"op":"test","path":"/a/b","value":"1"}]`, testFailed: true},
		"add":                     {doc: `{}`, patch: `[{"op":"add","path":"/a","value":"1"}]`, want: `{"a":"1"}`},
		"add replaces":            {doc: `{"a":"0"}`, patch: `[{"op":"add","path":"/a","value":"1"}]`, want: `{"a":"1"}`},
		"add without parent":      {doc: `{}`, patch: `[{"op":"add","path":"/a/b","value":"1"}]`, err: true},
		"replace of a missing":    {doc: `{}`, patch: `[{"op":"replace","path":"/a","value":"1"}]`, err: true},
		"remove of a missing":     {doc: `{}`, patch: `[{"op":"remove","path":"/a"}]`, err: true},
		"all or nothing":          {doc: `{"a":"1"}`, patch: `[{"op":"remove","path":"/a"},{"op":"remove","path":"/b"}]`, err: true},
		"move":                    {doc: `{"a":"1"}`, patch: `[{"op":"move","from":"/a","path":"/b"}]`, want: `{"b":"1"}`},
		"copy":                    {doc: `{"a":"1"}`, patch: `[{"op":"copy","from":"/a","path":"/b"}]`, want: `{"a":"1","b":"1"}`},
		"escaped key":             {doc: `{"a/b~c":"1"}`, patch: `[{"op":"remove","path":"/a~1b~0c"}]`, want: `{}`},
		"no patch leaves all":     {doc: `{"a":"<"}`, patch: `[]`, want: `{"a":"<"}`},
		"a number keeps its form": {doc: `{"n":12345678901234567890,"a":"1"}`, patch: `[{"op":"remove","path":"/a"}]`, want: `{"n":12345678901234567890}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			patch, err := jsonpatch.Parse([]byte(tt.patch))
			if err != nil {
				t.Fatal(err)
			}
			got, err := patch.Apply(json.RawMessage(tt.doc))
			if errors.Is(err, jsonpatch.ErrTestFailed) != tt.testFailed || (err != nil) != (tt.err || tt.testFailed) {
				t.Fatalf("err = %v, want error %t, failed test %t", err, tt.err, tt.testFailed)
			}
			if err == nil && string(got) != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, patch := range map[string]string{
		"null":              `null`,
		"an object":         `{}`,
		"no JSON":           `[`,
		"unknown operation": `[{"op":"merge","path":"/a","value":1}]`,
		"no operation":      `[{"path":"/a","value":1}]`,
		"no slash":          `[{"op":"remove","path":"a"}]`,
		"a bare tilde":      `[{"op":"remove","path":"/a~2"}]`,
		"add of nothing":    `[{"op":"add","path":"/a"}]`,
		"test of nothing":   `[{"op":"test","path":"/a"}]`,
		"from no pointer":   `[{"op":"move","from":"b","path":"/a"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := jsonpatch.Parse([]byte(patch)); err == nil {
				t.Errorf("Parse(%s) = %v, want an error", patch, got)
			}
		})
	}
}

func TestOverlay(t *testing.T) {
	t.Parallel()
	value := func(s string) json.RawMessage { return json.RawMessage(s) }
	tests := map[string]struct {
		doc    string
		fields []jsonpatch.Field
		want   string
		err    bool
	}{
		"nothing":            {doc: `{"a":"1"}`, want: `{"a":"1"}`},
		"a new key":          {doc: `{"a":"1"}`, fields: []jsonpatch.Field{{Path: "/b", Value: value(`"2"`)}}, want: `{"a":"1","b":"2"}`},
		"next to others":     {doc: `{"c":{"x":"1"}}`, fields: []jsonpatch.Field{{Path: "/c/y", Value: value(`"2"`)}}, want: `{"c":{"x":"1","y":"2"}}`},
		"a missing parent":   {doc: `{}`, fields: []jsonpatch.Field{{Path: "/c/y", Value: value(`"2"`)}}, want: `{"c":{"y":"2"}}`},
		"a null parent":      {doc: `{"c":null}`, fields: []jsonpatch.Field{{Path: "/c/y", Value: value(`"2"`)}}, want: `{"c":{"y":"2"}}`},
		"no parent to clear": {doc: `{"c":null}`, fields: []jsonpatch.Field{{Path: "/c/y"}}, want: `{"c":null}`},
		"a new parent":       {doc: `{}`, fields: []jsonpatch.Field{{Path: "/c", Value: value(`{"x":"1"}`)}, {Path: "/c/y", Value: value(`"2"`)}}, want: `{"c":{"x":"1","y":"2"}}`},
		"a broken value":     {doc: `{}`, fields: []jsonpatch.Field{{Path: "/c", Value: value(`{`)}}, err: true},
		"absence":            {doc: `{"c":{"x":"1","y":null}}`, fields: []jsonpatch.Field{{Path: "/c/y"}}, want: `{"c":{"x":"1"}}`},
		"a text for parent":  {doc: `{"c":"text"}`, fields: []jsonpatch.Field{{Path: "/c/y", Value: value(`"2"`)}}, err: true},
		"the document":       {doc: `{}`, fields: []jsonpatch.Field{{Path: ""}}, err: true},
		"not an object":      {doc: `[]`, err: true},
		"null":               {doc: `null`, fields: []jsonpatch.Field{{Path: "/a", Value: value(`1`)}}, want: `{"a":1}`},
		"numbers as served":  {doc: `{"n":1.50,"m":12345678901234567890}`, want: `{"m":12345678901234567890,"n":1.50}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := jsonpatch.Overlay(json.RawMessage(tt.doc), tt.fields)
			if (err != nil) != tt.err {
				t.Fatalf("err = %v, want error %t", err, tt.err)
			}
			if string(got) != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestLookupTellsMissingFromNull(t *testing.T) {
	t.Parallel()
	doc := json.RawMessage(`{"a":null,"b":{"c~/d":"1"},"e":"text","l":["x","y"]}`)
	tests := map[string]struct {
		want  string
		there bool
	}{
		"":           {string(doc), true},
		"/a":         {"null", true},
		"/z":         {"", false},
		"/b/c~0~1d":  {`"1"`, true},
		"/e/deeper":  {"", false},
		"/l/1":       {`"y"`, true},
		"/l/01":      {"", false},
		"/l/-":       {"", false},
		"/l/2":       {"", false},
		"/a/deeper":  {"", false},
		"/b/missing": {"", false},
	}
	for pointer, tt := range tests {
		got, there, err := jsonpatch.Lookup(doc, pointer)
		if err != nil || there != tt.there || string(got) != tt.want {
			t.Errorf("Lookup(%q) = %s, %t, %v; want %s, %t", pointer, got, there, err, tt.want, tt.there)
		}
	}
	if _, _, err := jsonpatch.Lookup(doc, "a"); err == nil {
		t.Error("a pointer without a slash was taken")
	}
	if _, _, err := jsonpatch.Lookup(json.RawMessage(`{`), "/a"); err == nil {
		t.Error("a broken document was taken")
	}
}

// objects draws JSON objects two levels deep, in the shapes of clusters. The empty key is
// left out: the library that applies patches treats it as the object itself.
func objects() *rapid.Generator[map[string]any] {
	key := rapid.SampledFrom([]string{"a", "b", "a/b", "~", "~1", "ü", "<&>"})
	leaf := rapid.OneOf(
		rapid.Just[any](nil),
		rapid.Map(rapid.SampledFrom([]string{"", "1", "-5", "true", "<&>", "é"}), func(s string) any { return s }),
		rapid.Map(rapid.IntRange(-3, 3), func(n int) any { return float64(n) }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
	)
	inner := rapid.Map(rapid.MapOf(key, leaf), func(m map[string]any) any { return m })
	return rapid.MapOf(key, rapid.OneOf(leaf, inner))
}

func encode(t *rapid.T, v any) json.RawMessage {
	data, err := jsonpatch.Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decoded(t *rapid.T, data json.RawMessage) (v any) {
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	return v
}

// A patch turns one document into the other, tests no null, and fails if a key was added
// to an object that it adds to.
func TestDiffLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := encode(t, objects().Draw(t, "a")), encode(t, objects().Draw(t, "b"))
		patch, err := jsonpatch.Diff(a, b)
		if err != nil {
			t.Fatal(err)
		}
		forth, err := patch.Apply(a)
		if err != nil {
			t.Fatalf("apply %s to %s: %v", encode(t, patch), a, err)
		}
		if diff := cmp.Diff(decoded(t, b), decoded(t, forth)); diff != "" {
			t.Fatalf("apply(a, diff(a, b)) is not b (-b +got):\n%s", diff)
		}
		for _, test := range patch.Tests() {
			if string(test.Value) == "null" {
				t.Fatalf("a test of null: %s", encode(t, patch))
			}
		}
		for _, op := range patch {
			tokens, err := jsonpatch.Tokens(op.Path)
			if err != nil {
				t.Fatal(err)
			}
			if op.Op != jsonpatch.OpAdd || len(tokens) < 2 {
				continue
			}
			changed, err := jsonpatch.Overlay(a, []jsonpatch.Field{{Path: jsonpatch.Pointer(tokens[0], "added since"), Value: json.RawMessage(`"x"`)}})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := patch.Apply(changed); !errors.Is(err, jsonpatch.ErrTestFailed) {
				t.Fatalf("%s was applied to %s: %v", encode(t, patch), changed, err)
			}
		}
	})
}

func TestPointerLaw(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tokens := rapid.SliceOf(rapid.String()).Draw(t, "tokens")
		got, err := jsonpatch.Tokens(jsonpatch.Pointer(tokens...))
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", tokens) {
			t.Fatalf("got %q, want %q", got, tokens)
		}
	})
}

func TestIsGuarded(t *testing.T) {
	t.Parallel()
	for patch, want := range map[string]bool{
		`[]`: true,
		`[{"op":"test","path":"/a","value":"1"},{"op":"remove","path":"/a"}]`:                                                true,
		`[{"op":"test","path":"/a","value":"1"},{"op":"replace","path":"/a","value":"2"}]`:                                   true,
		`[{"op":"test","path":"/b","value":"1"},{"op":"remove","path":"/a"}]`:                                                false,
		`[{"op":"add","path":"/a","value":"1"}]`:                                                                             false,
		`[{"op":"test","path":"/a","value":{}},{"op":"add","path":"/a/b","value":"1"}]`:                                      true,
		`[{"op":"test","path":"/a","value":{}},{"op":"add","path":"/ab","value":"1"}]`:                                       false,
		`[{"op":"test","path":"/a","value":{}},{"op":"add","path":"/a/b","value":"1"},{"op":"add","path":"/c","value":"1"}]`: false,
		`[{"op":"test","path":"/a","value":{"b":null}},{"op":"remove","path":"/a/b"}]`:                                       true,
		`[{"op":"remove","path":"/a"}]`:                                                                                      false,
		`[{"op":"test","path":"/a","value":"1"},{"op":"move","from":"/b","path":"/a"}]`:                                      false,
	} {
		parsed, err := jsonpatch.Parse([]byte(patch))
		if err != nil {
			t.Fatal(err)
		}
		if got := parsed.IsGuarded(); got != want {
			t.Errorf("%s is guarded: %t, want %t", patch, got, want)
		}
	}
}

func TestTestsAndTheRest(t *testing.T) {
	t.Parallel()
	patch, err := jsonpatch.Parse([]byte(`[{"op":"test","path":"/a","value":"1"},{"op":"remove","path":"/a"}]`))
	if err != nil {
		t.Fatal(err)
	}
	if len(patch.Tests()) != 1 || len(patch.WithoutTests()) != 1 {
		t.Errorf("tests %v, rest %v", patch.Tests(), patch.WithoutTests())
	}
}
