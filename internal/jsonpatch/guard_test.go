package jsonpatch_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/jsonpatch"
)

// TestGuardedEdits makes no, one and several edits of each kind. There is one test for
// each value, and one for each parent of a gap, however many gaps it has.
func TestGuardedEdits(t *testing.T) {
	t.Parallel()
	const x, y = `"x"`, `"y"`
	served := map[string]string{"/c": `{"k":"v"}`, "/d": `{}`, "/c/e": `{"z":"1"}`}
	tests := map[string]struct {
		edits []jsonpatch.Edit
		want  string
	}{
		"none":              {nil, `[]`},
		"replace":           {edits("/a", x, y), `[{"op":"test","path":"/a","value":"x"},{"op":"replace","path":"/a","value":"y"}]`},
		"remove":            {edits("/a", x, ""), `[{"op":"test","path":"/a","value":"x"},{"op":"remove","path":"/a"}]`},
		"remove a null":     {edits("/a", "null", ""), `[{"op":"remove","path":"/a"}]`},
		"fill an absence":   {edits("/a", "", y), `[{"op":"add","path":"/a","value":"y"}]`},
		"fill a null":       {edits("/a", "null", y), `[{"op":"add","path":"/a","value":"y"}]`},
		"replace with null": {edits("/a", x, "null"), `[{"op":"test","path":"/a","value":"x"},{"op":"replace","path":"/a","value":null}]`},
		"replace an empty text": {
			edits("/a", `""`, y),
			`[{"op":"test","path":"/a","value":""},{"op":"replace","path":"/a","value":"y"}]`,
		},
		"replace two": {
			edits("/c/a", x, y, "/c/b", x, y),
			`[{"op":"test","path":"/c/a","value":"x"},{"op":"replace","path":"/c/a","value":"y"},` +
				`{"op":"test","path":"/c/b","value":"x"},{"op":"replace","path":"/c/b","value":"y"}]`,
		},
		"fill one gap of an object": {
			edits("/c/a", "", y),
			`[{"op":"test","path":"/c","value":{"k":"v"}},{"op":"add","path":"/c/a","value":"y"}]`,
		},
		"fill two gaps of an object": {
			edits("/c/b", "", y, "/c/a", "null", y),
			`[{"op":"test","path":"/c","value":{"k":"v"}},{"op":"add","path":"/c/b","value":"y"},{"op":"add","path":"/c/a","value":"y"}]`,
		},
		"remove a null of an object": {
			edits("/d/a", "null", ""),
			`[{"op":"test","path":"/d","value":{}},{"op":"remove","path":"/d/a"}]`,
		},
		"fill gaps of two objects, one in the other": {
			edits("/d/a", "", y, "/c/e/a", "", y, "/c/a", "", y),
			`[{"op":"test","path":"/c","value":{"k":"v"}},{"op":"test","path":"/c/e","value":{"z":"1"}},{"op":"test","path":"/d","value":{}},` +
				`{"op":"add","path":"/d/a","value":"y"},{"op":"add","path":"/c/e/a","value":"y"},{"op":"add","path":"/c/a","value":"y"}]`,
		},
		"a gap of an object that was not served": {
			edits("/none/a", "", y),
			`[{"op":"add","path":"/none/a","value":"y"}]`,
		},
		"a gap and a value of one object": {
			edits("/c/k", `"v"`, y, "/c/a", "", y),
			`[{"op":"test","path":"/c","value":{"k":"v"}},{"op":"test","path":"/c/k","value":"v"},{"op":"replace","path":"/c/k","value":"y"},{"op":"add","path":"/c/a","value":"y"}]`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			patch := jsonpatch.Guarded(tt.edits, func(path string) json.RawMessage { return value(served[path]) })
			got, err := jsonpatch.Encode(patch)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// edits builds edits from triples of path, before and after; an empty text is an absent
// value.
func edits(triples ...string) []jsonpatch.Edit {
	var all []jsonpatch.Edit
	for i := 0; i < len(triples); i += 3 {
		all = append(all, jsonpatch.Edit{Path: triples[i], Before: value(triples[i+1]), After: value(triples[i+2])})
	}
	return all
}

func value(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

func TestEditParent(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"": "", "/a": "", "/a/b": "/a", "/a/b/c": "/a/b", "/a~1b/c": "/a~1b", "/": ""} {
		if got := (jsonpatch.Edit{Path: path}).Parent(); got != want {
			t.Errorf("parent of %q is %q, want %q", path, got, want)
		}
	}
}

// TestTextsAreNotEscaped covers every way in which a text gets into a document.
func TestTextsAreNotEscaped(t *testing.T) {
	t.Parallel()
	const text = `"<&>"`
	patch, err := jsonpatch.Parse([]byte(`[{"op":"add","path":"/a","value":` + text + `},{"op":"remove","path":"/b"}]`))
	if err != nil {
		t.Fatal(err)
	}
	applied, err := patch.Apply(json.RawMessage(`{"b":"1","c":` + text + `}`))
	if err != nil || string(applied) != `{"c":`+text+`,"a":`+text+`}` {
		t.Errorf("applied: %s, %v", applied, err)
	}
	if got := jsonpatch.Quote("<&>"); string(got) != text {
		t.Errorf("quoted: %s", got)
	}
}

// TestFilters checks order and number of no, one and several operations.
func TestFilters(t *testing.T) {
	t.Parallel()
	test := func(path string) jsonpatch.Operation { return jsonpatch.Operation{Op: jsonpatch.OpTest, Path: path} }
	add := func(path string) jsonpatch.Operation { return jsonpatch.Operation{Op: jsonpatch.OpAdd, Path: path} }
	for _, tt := range []struct{ tests, rest jsonpatch.Patch }{
		{jsonpatch.Patch{}, jsonpatch.Patch{}},
		{jsonpatch.Patch{test("/a")}, jsonpatch.Patch{}},
		{jsonpatch.Patch{}, jsonpatch.Patch{add("/a")}},
		{jsonpatch.Patch{test("/a"), test("/b")}, jsonpatch.Patch{add("/a")}},
		{jsonpatch.Patch{test("/b")}, jsonpatch.Patch{add("/b"), add("/a"), add("/c")}},
	} {
		all := append(append(jsonpatch.Patch{}, tt.rest...), tt.tests...)
		if diff := cmp.Diff(tt.tests, all.Tests()); diff != "" {
			t.Errorf("tests of %v:\n%s", all, diff)
		}
		if diff := cmp.Diff(tt.rest, all.WithoutTests()); diff != "" {
			t.Errorf("the rest of %v:\n%s", all, diff)
		}
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	for _, want := range [][]string{{}, {"/b"}, {"/b", "/a"}, {"/b", "/a", "/b"}} {
		patch, fields := jsonpatch.Patch{}, []jsonpatch.Field{}
		for _, path := range want {
			patch, fields = append(patch, jsonpatch.Operation{Path: path}), append(fields, jsonpatch.Field{Path: path})
		}
		if diff := cmp.Diff(want, patch.Paths()); diff != "" {
			t.Errorf("of a patch:\n%s", diff)
		}
		if diff := cmp.Diff(want, jsonpatch.Paths(fields)); diff != "" {
			t.Errorf("of fields:\n%s", diff)
		}
	}
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"b": {"d": 1.50, "c": [ {"f": "<", "e": null} ]}, "a": 12345678901234567890}`: `{"a":12345678901234567890,"b":{"c":[{"e":null,"f":"<"}],"d":1.50}}`,
		`[]`: `[]`,
	} {
		if got, err := jsonpatch.Canonical(json.RawMessage(in)); err != nil || string(got) != want {
			t.Errorf("%s: %v, %s, want %s", in, err, got, want)
		}
	}
	for _, v := range []any{make(chan int), json.RawMessage(`{`)} {
		if got, err := jsonpatch.Canonical(v); err == nil || got != nil {
			t.Errorf("%v: %v, %s", v, err, got)
		}
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":[1,2]}`, `{"b":[1,2],"a":1.0}`, true},
		{`[1,2]`, `[2,1]`, false},
		{`[1]`, `[1,1]`, false},
		{`{"a":null}`, `{}`, false},
		{`null`, `null`, true},
		{`null`, `""`, false},
		{`1`, `"1"`, false},
		{``, ``, false},
		{`{`, `{`, false},
		{`1`, `{`, false},
	} {
		a, b := json.RawMessage(tt.a), json.RawMessage(tt.b)
		if jsonpatch.Equal(a, b) != tt.want || jsonpatch.Equal(b, a) != tt.want {
			t.Errorf("%s and %s: want %t", a, b, tt.want)
		}
	}
}

// TestLookupInLists looks up every index in and around lists of no, one and several
// elements.
func TestLookupInLists(t *testing.T) {
	t.Parallel()
	for _, elements := range [][]string{{}, {`"x"`}, {`"x"`, `null`}, {`1`, `[2]`, `{}`}} {
		doc := json.RawMessage("[" + strings.Join(elements, ",") + "]")
		for i := -2; i < len(elements)+2; i++ {
			got, ok, err := jsonpatch.Lookup(doc, jsonpatch.Pointer(strconv.Itoa(i)))
			want := ""
			if isThere := 0 <= i && i < len(elements); isThere {
				want = elements[i]
			}
			if string(got) != want || ok != (want != "") || err != nil {
				t.Errorf("%s at %d: %s, %t, %v; want %s", doc, i, got, ok, err, want)
			}
		}
	}
}

// TestInverse reverts no, one and several edits of each kind, the last one first.
func TestInverse(t *testing.T) {
	t.Parallel()
	const x, y = `"x"`, `"y"`
	tests := map[string]struct {
		edits []jsonpatch.Edit
		want  string
	}{
		"none":             {nil, `null`},
		"replaced":         {edits("/a", x, y), `[{"op":"test","path":"/a","value":"y"},{"op":"replace","path":"/a","value":"x"}]`},
		"added":            {edits("/a", "", y), `[{"op":"test","path":"/a","value":"y"},{"op":"remove","path":"/a"}]`},
		"removed":          {edits("/a", x, ""), `[{"op":"add","path":"/a","value":"x"}]`},
		"filled a null":    {edits("/a", "null", y), `[{"op":"test","path":"/a","value":"y"},{"op":"replace","path":"/a","value":null}]`},
		"became null":      {edits("/a", x, "null"), `[{"op":"add","path":"/a","value":"x"}]`},
		"nothing changed":  {edits("/a", x, x), `null`},
		"the same meaning": {edits("/a", "1.0", "1"), `null`},
		"never there":      {edits("/a", "", ""), `null`},
		"one of three changed": {
			edits("/a", x, x, "/b", x, y, "/c", "", ""),
			`[{"op":"test","path":"/b","value":"y"},{"op":"replace","path":"/b","value":"x"}]`,
		},
		"two": {
			edits("/a", "", `{}`, "/a/b", "", y),
			`[{"op":"test","path":"/a/b","value":"y"},{"op":"remove","path":"/a/b"},{"op":"test","path":"/a","value":{}},{"op":"remove","path":"/a"}]`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := jsonpatch.Encode(jsonpatch.Inverse(tt.edits))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
