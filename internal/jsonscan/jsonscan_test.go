package jsonscan

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// expectAsDecoded compares what is scanned of a document with what encoding/json decodes.
func expectAsDecoded(t *testing.T, doc []byte) {
	t.Helper()
	if !json.Valid(doc) {
		return
	}
	var object map[string]json.RawMessage
	_ = json.Unmarshal(doc, &object) // nil if it is no object
	if got, isObject := Members(doc); isObject != (object != nil) || !cmp.Equal(got, object) {
		t.Errorf("members of %s: got %q, want %q", doc, got, object)
	}
	for key, want := range object {
		if got := Member(doc, key); !bytes.Equal(got, want) {
			t.Errorf("member %q of %s: got %q, want %q", key, doc, got, want)
		}
	}
	if got := Member(doc, "no such key"); got != nil && object["no such key"] == nil {
		t.Errorf("a member of %s that is not there: %q", doc, got)
	}
	var array []json.RawMessage
	_ = json.Unmarshal(doc, &array) // nil if it is no array
	if got, isArray := Elements(doc); isArray != (array != nil) || !cmp.Equal(got, array) {
		t.Errorf("elements of %s: got %q, want %q", doc, got, array)
	}
	var text string
	if trimmed := bytes.TrimSpace(doc); trimmed[0] == '"' && json.Unmarshal(trimmed, &text) == nil {
		if got := String(trimmed); got != text {
			t.Errorf("string %s: got %q, want %q", doc, got, text)
		}
	}
}

func documents() []string {
	return []string{
		`{}`, ` { } `, `[]`, ` [ ] `, `null`, ` null `, `0`, `-1.5e+3`, `true`, `"a"`, `""`, `"\""`, `"\\"`, `"ä\u00e4\ud83d\ude00\ud800"`, "\"\xff\"",
		`{"a":1}`, `{"a":1,"a":2}`, `{"":{}}`, "{\"\xff\":1}", `{"\u0061":1, "a\"}":"{\"", "b" :[ ] }`,
		`{"a":{"b":[1,{"c":"]}"}]},"d":null,"e":-0,"f":false}`, "[1 ,\n2\t,\r\"3\" , [[]],{} ]", `[{"a":[]},[{}]]`, `["\\","\\\"",",",":"]`,
	}
}

func TestAsDecoded(t *testing.T) {
	t.Parallel()
	for _, doc := range documents() {
		if !json.Valid([]byte(doc)) {
			t.Errorf("%s is not valid", doc)
		}
		expectAsDecoded(t, []byte(doc))
	}
}

// TestPartsCannotGrow holds that what is appended to a part does not change the document.
func TestPartsCannotGrow(t *testing.T) {
	t.Parallel()
	doc := []byte(`{"a":1,"b":2}`)
	members, _ := Members(doc)
	_ = append(members["a"], "999"...)
	if string(doc) != `{"a":1,"b":2}` {
		t.Errorf("the document is %s now", doc)
	}
}

func FuzzAsDecoded(f *testing.F) {
	for _, doc := range documents() {
		f.Add([]byte(doc))
	}
	f.Fuzz(expectAsDecoded)
}
