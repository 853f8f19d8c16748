package jsonpatch

import (
	"bytes"
	"encoding/json"
	"fmt"

	"clusterctl/internal/jsonread"
)

// Field is a value wanted at a place in a document. A nil Value wants the
// member to be absent.
type Field struct {
	Path  string
	Value json.RawMessage
}

// Paths returns the places of fields, in their order.
func Paths(fields []Field) []string {
	paths := make([]string, 0, len(fields))
	for _, f := range fields {
		paths = append(paths, f.Path)
	}
	return paths
}

// Overlay returns doc with the fields merged into it and everything else as it
// was. A parent that is missing or null becomes an object where a value needs
// it; a member that is to be absent and already is changes nothing.
func Overlay(doc json.RawMessage, fields []Field) (json.RawMessage, error) {
	var object map[string]any
	if decode(doc, &object) != nil {
		return nil, fmt.Errorf("document is not an object: %w", jsonread.Unmarshal(doc, &object))
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

// decode reads JSON and keeps numbers as they are written.
func decode(data json.RawMessage, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return dec.Decode(into)
}
