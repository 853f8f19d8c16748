package jsonpatch_test

import (
	"encoding/json"
	"strings"
	"testing"

	"clusterctl/internal/jsonpatch"
)

// TestNothingIsReturnedWithAnError gives every function invalid input. The error says
// what is wrong, and no partial result is returned.
func TestNothingIsReturnedWithAnError(t *testing.T) {
	t.Parallel()
	object, broken := json.RawMessage(`{}`), json.RawMessage(`{`)
	apply := func(doc json.RawMessage, ops ...jsonpatch.Operation) (json.RawMessage, error) {
		return jsonpatch.Patch(ops).Apply(doc)
	}
	overlay := func(doc json.RawMessage, path string, value json.RawMessage) (json.RawMessage, error) {
		return jsonpatch.Overlay(doc, []jsonpatch.Field{{Path: path, Value: value}})
	}
	tests := []struct {
		name string
		call func() (any, error)
		want string
	}{
		{"encode a channel", result(func() (json.RawMessage, error) { return jsonpatch.Encode(make(chan int)) }), "unsupported type"},
		{"diff of a broken document", result(func() (jsonpatch.Patch, error) { return jsonpatch.Diff(broken, object) }), "compare documents: "},
		{"diff with a broken document", result(func() (jsonpatch.Patch, error) { return jsonpatch.Diff(object, broken) }), "compare documents: "},
		{"parse no JSON", result(func() (jsonpatch.Patch, error) { return jsonpatch.Parse(broken) }), "not a JSON Patch: unexpected end"},
		{"parse a number", result(func() (jsonpatch.Patch, error) { return jsonpatch.Parse([]byte(`1`)) }), "not a JSON Patch: expected an array, found 1"},
		{"parse an object", result(func() (jsonpatch.Patch, error) { return jsonpatch.Parse(object) }), "not a JSON Patch: expected an array, found an object"},
		{"parse a list of numbers", result(func() (jsonpatch.Patch, error) { return jsonpatch.Parse([]byte(`[1]`)) }), "not a JSON Patch: [0]: expected an object, found 1"},
		{"parse null", result(func() (jsonpatch.Patch, error) { return jsonpatch.Parse([]byte(`null`)) }), "not a JSON Patch: null"},
		{"parse a list of null", result(func() (jsonpatch.Patch, error) { return jsonpatch.Parse([]byte(`[null]`)) }), `operation 0: unknown operation ""`},
		{"parse one of three wrong", result(func() (jsonpatch.Patch, error) {
			return jsonpatch.Parse([]byte(`[{"op":"remove","path":"/a"},{"op":"merge","path":"/a"},{"op":"remove","path":"/b"}]`))
		}), `operation 1: unknown operation "merge"`},
		{"apply to no JSON", result(func() (json.RawMessage, error) {
			return apply(broken, jsonpatch.Operation{Op: jsonpatch.OpTest, Path: "/a", Value: object})
		}), `operation 0, test "/a": the document is not valid JSON`},
		{"apply a broken value", result(func() (json.RawMessage, error) {
			return apply(object, jsonpatch.Operation{Op: jsonpatch.OpAdd, Path: "/a", Value: broken})
		}), `operation 0, add "/a": `},
		{"apply an operation that is not checked", result(func() (json.RawMessage, error) {
			return apply(object, jsonpatch.Operation{Op: "merge", Path: "/a"})
		}), `operation 0, merge "/a": unknown operation "merge"`},
		{"apply, the second fails", result(func() (json.RawMessage, error) {
			return apply(object, jsonpatch.Operation{Op: jsonpatch.OpAdd, Path: "/a", Value: object}, jsonpatch.Operation{Op: jsonpatch.OpRemove, Path: "/b"})
		}), `operation 1, remove "/b": `},
		{"apply behind the end of a list", result(func() (json.RawMessage, error) {
			return apply(json.RawMessage(`{"a":["x"]}`), jsonpatch.Operation{Op: jsonpatch.OpReplace, Path: "/a/1", Value: object})
		}), `operation 0, replace "/a/1": `},
		{"apply in front of a list", result(func() (json.RawMessage, error) {
			return apply(json.RawMessage(`{"a":["x"]}`), jsonpatch.Operation{Op: jsonpatch.OpReplace, Path: "/a/-1", Value: object})
		}), `operation 0, replace "/a/-1": `},
		{"overlay a list", result(func() (json.RawMessage, error) { return overlay(json.RawMessage(`[]`), "/a", object) }), "the document is not a JSON object: "},
		{"overlay a text", result(func() (json.RawMessage, error) { return overlay(json.RawMessage(`"x"`), "/a", object) }), "the document is not a JSON object: "},
		{"overlay no JSON", result(func() (json.RawMessage, error) { return overlay(broken, "/a", object) }), "the document is not a JSON object: "},
		{"overlay without a slash", result(func() (json.RawMessage, error) { return overlay(object, "a", object) }), `JSON Pointer "a" does not start with /`},
		{"overlay with a bare tilde", result(func() (json.RawMessage, error) { return overlay(object, "/a~", object) }), `JSON Pointer "/a~" has a ~ that is not part of ~0 or ~1`},
		{"overlay the whole document", result(func() (json.RawMessage, error) { return overlay(object, "", object) }), `cannot set "": it is the whole document`},
		{"overlay a broken value", result(func() (json.RawMessage, error) { return overlay(object, "/a", broken) }), `cannot set /a: unexpected EOF`},
		{"overlay below a list", result(func() (json.RawMessage, error) { return overlay(json.RawMessage(`{"a":[]}`), "/a/b", object) }), `cannot set /a/b: "a" is not an object in the tenant`},
		{"overlay below a number", result(func() (json.RawMessage, error) { return overlay(json.RawMessage(`{"a":{"b":0}}`), "/a/b/c", object) }), `cannot set /a/b/c: "b" is not an object in the tenant`},
		{"split without a slash", result(func() ([]string, error) { return jsonpatch.Tokens("a/b") }), `JSON Pointer "a/b" does not start with /`},
		{"split, one of three wrong", result(func() ([]string, error) { return jsonpatch.Tokens("/a/~2/c") }), `JSON Pointer "/a/~2/c" has a ~`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.call()
			if err == nil || !strings.HasPrefix(strings.TrimPrefix(err.Error(), "json: "), tt.want) {
				t.Errorf("error %v, want %s…", err, tt.want)
			}
			if got != nil {
				t.Errorf("returned %s", got)
			}
		})
	}
}

// result makes the results of different functions comparable; nil stays nil.
func result[T ~[]E, E any](call func() (T, error)) func() (any, error) {
	return func() (any, error) {
		got, err := call()
		if got == nil {
			return nil, err
		}
		return got, err
	}
}
