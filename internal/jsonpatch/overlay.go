package jsonpatch

import (
	"bytes"
	"encoding/json"
	"fmt"

	"clusterctl/internal/jsonread"
)

// Field is a wanted value at a path in a document. A nil Value removes the member.
type Field struct {
	Path  string
	Value json.RawMessage
}

// Paths returns the paths of fields, in their order.
func Paths(fields []Field) []string {
	paths := make([]string, 0, len(fields))
	for _, f := range fields {
		paths = append(paths, f.Path)
	}
	return paths
}

// Overlay returns doc with the fields merged into it and everything else unchanged. A
// missing or null parent becomes an object if a value needs it. Removing an absent member
// changes nothing.
func Overlay(doc json.RawMessage, fields []Field) (json.RawMessage, error) {
	var object map[string]any
	if decode(doc, &object) != nil {
		return nil, fmt.Errorf("the document is not a JSON object: %w", jsonread.Unmarshal(doc, &object))
	}
	if object == nil {
		object = map[string]any{}
	}
	for _, f := range fields {
		if err := f.mergeInto(object); err != nil {
			return nil, err
		}
	}
	return Encode(object)
}

func (f Field) mergeInto(object map[string]any) error {
	tokens, err := Tokens(f.Path)
	if err != nil {
		return err
	}
	if len(tokens) == 0 {
		return fmt.Errorf("cannot set %q: it is the whole document", f.Path)
	}
	parents, key := tokens[:len(tokens)-1], tokens[len(tokens)-1]
	for _, p := range parents {
		child, isObject := object[p].(map[string]any)
		switch {
		case isObject:
		case object[p] != nil:
			return fmt.Errorf("cannot set %s: %q is not an object in the tenant", f.Path, p)
		case f.Value == nil:
			return nil
		default:
			child = map[string]any{}
			object[p] = child
		}
		object = child
	}
	if f.Value == nil {
		delete(object, key)
		return nil
	}
	var value any
	if err := decode(f.Value, &value); err != nil {
		return fmt.Errorf("cannot set %s: %w", f.Path, err)
	}
	object[key] = value
	return nil
}

// decode reads JSON and keeps the form of numbers.
func decode(data json.RawMessage, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return dec.Decode(into)
}
