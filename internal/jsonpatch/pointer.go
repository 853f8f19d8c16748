package jsonpatch

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Pointer builds an RFC 6901 pointer of reference tokens, escaping each.
func Pointer(tokens ...string) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	var b strings.Builder
	for _, t := range tokens {
		b.WriteByte('/')
		_, _ = escape.WriteString(&b, t) // a Builder takes everything
	}
	return b.String()
}

// Tokens splits a pointer into its unescaped reference tokens. The pointer of
// the whole document, "", has none.
func Tokens(pointer string) ([]string, error) {
	if pointer == "" {
		return nil, nil
	}
	if pointer[0] != '/' {
		return nil, fmt.Errorf("pointer %q does not begin with a slash", pointer)
	}
	tokens := strings.Split(pointer[1:], "/")
	for i, t := range tokens {
		if !strings.Contains(t, "~") {
			continue
		}
		if rest := strings.NewReplacer("~0", "", "~1", "").Replace(t); strings.Contains(rest, "~") {
			return nil, fmt.Errorf("pointer %q has a ~ that is neither ~0 nor ~1", pointer)
		}
		// In this order: ~01 is the text "~1", not a slash (RFC 6901, section 4).
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(t, "~1", "/"), "~0", "~")
	}
	return tokens, nil
}

// Lookup returns the value that a pointer names. It is false where the document
// has no such member or element; a member that is null is there.
func Lookup(doc json.RawMessage, pointer string) (json.RawMessage, bool, error) {
	tokens, err := Tokens(pointer)
	if err != nil {
		return nil, false, err
	}
	if !json.Valid(doc) {
		return nil, false, errors.New("document is not JSON")
	}
	for _, t := range tokens {
		child, ok := step(doc, t)
		if !ok {
			return nil, false, nil
		}
		doc = child
	}
	return doc, true, nil
}

// step goes from an object to a member, or from an array to an element.
func step(doc json.RawMessage, token string) (json.RawMessage, bool) {
	var object map[string]json.RawMessage
	if json.Unmarshal(doc, &object) == nil {
		child, ok := object[token]
		return child, ok
	}
	var array []json.RawMessage
	if json.Unmarshal(doc, &array) != nil {
		return nil, false
	}
	i, err := strconv.Atoi(token)
	// An index is written in one way only (RFC 6901, section 4).
	if err != nil || strconv.Itoa(i) != token || i < 0 || i >= len(array) {
		return nil, false
	}
	return array[i], true
}
