package jsonpatch

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"clusterctl/internal/jsonscan"
)

// Pointer builds an RFC 6901 pointer from reference tokens and escapes each.
func Pointer(tokens ...string) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteByte('/')
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(t, "~", "~0"), "/", "~1"))
	}
	return b.String()
}

// Tokens splits a pointer into unescaped reference tokens. The pointer of the whole
// document, "", has none.
func Tokens(pointer string) ([]string, error) {
	if pointer == "" {
		return nil, nil
	}
	if pointer[0] != '/' {
		return nil, fmt.Errorf("JSON Pointer %q does not start with /", pointer)
	}
	tokens := strings.Split(pointer[1:], "/")
	for i, t := range tokens {
		if !strings.Contains(t, "~") {
			continue
		}
		if rest := strings.NewReplacer("~0", "", "~1", "").Replace(t); strings.Contains(rest, "~") {
			return nil, fmt.Errorf("JSON Pointer %q has a ~ that is not part of ~0 or ~1", pointer)
		}
		// In this order: ~01 is the text "~1", not a slash (RFC 6901, section 4).
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(t, "~1", "/"), "~0", "~")
	}
	return tokens, nil
}

// Document is a JSON document to look up values in. It is validated once and never
// decoded.
type Document struct {
	value    json.RawMessage
	children map[string]*Document // the members looked up so far; nil if there is none
	err      error
}

// Decode returns a document. If it is not JSON, its Lookup returns an error.
func Decode(doc json.RawMessage) *Document {
	d := &Document{value: doc}
	if !json.Valid(doc) {
		d.err = errors.New("the document is not valid JSON")
	}
	return d
}

// Lookup returns the value that a pointer names, and false if the document has no such
// member or element. A null member exists.
func (d *Document) Lookup(pointer string) (json.RawMessage, bool, error) {
	tokens, err := Tokens(pointer)
	if err = cmp.Or(err, d.err); err != nil {
		return nil, false, err
	}
	for _, t := range tokens {
		if d = d.child(t); d == nil {
			return nil, false, nil
		}
	}
	return d.value, true, nil
}

// Value is Lookup for a pointer that is known to be well-formed; nil if there is no
// value.
func (d *Document) Value(pointer string) json.RawMessage {
	value, _, _ := d.Lookup(pointer)
	return value
}

// child returns a member of an object or an element of an array; nil if there is none.
func (d *Document) child(token string) *Document {
	if known, isKnown := d.children[token]; isKnown {
		return known
	}
	var child *Document
	if value := childOf(d.value, token); value != nil {
		child = &Document{value: value}
	}
	if d.children == nil {
		d.children = map[string]*Document{}
	}
	d.children[token] = child
	return child
}

func childOf(value json.RawMessage, token string) json.RawMessage {
	elements, isArray := jsonscan.Elements(value)
	if !isArray {
		return jsonscan.Member(value, token)
	}
	i, err := strconv.Atoi(token)
	if err != nil || i < 0 || i >= len(elements) || strconv.Itoa(i) != token { // an index has one spelling (RFC 6901, section 4)
		return nil
	}
	return elements[i]
}

// Lookup returns one value of a document; see Document.Lookup.
func Lookup(doc json.RawMessage, pointer string) (json.RawMessage, bool, error) {
	return Decode(doc).Lookup(pointer)
}
