package receipt

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/jsonread"
	"clusterctl/internal/planner"
)

// State is the part of a cluster that a request concerns, before or after it. It is never the
// whole document, which contains keys and certificates.
type State struct {
	// Fields are the existing values by JSON pointer, nil in the state of a log configuration.
	Fields map[string]json.RawMessage
	// Log is nil if no log configuration is in effect.
	Log *cluster.LiveLogConfig
}

func (s *State) isOfFields() bool { return s != nil && s.Fields != nil }

func (s *State) isOfLog() bool { return s != nil && s.Fields == nil }

// encode returns the state as in a line: one member, named after its kind. A nil State, no
// cluster, is null.
func (s *State) encode() (json.RawMessage, error) {
	switch {
	case s == nil:
		return json.RawMessage("null"), nil
	case s.Fields != nil:
		return jsonpatch.Encode(map[string]any{"fields": s.Fields})
	case s.Log == nil:
		return json.RawMessage(`{"logConfig":null}`), nil
	}
	c := planner.LogBody{RootLevel: s.Log.RootLevel, LogLevels: s.Log.LogLevels, Expiration: s.Log.Expiration.UTC()}
	if c.LogLevels == nil {
		c.LogLevels = map[string]cluster.Level{}
	}
	return jsonpatch.Encode(map[string]any{"logConfig": c})
}

// MarshalJSON returns the state as in a receipt.
func (s State) MarshalJSON() ([]byte, error) { return s.encode() }

func decodeState(data json.RawMessage) (*State, error) {
	var known struct {
		Fields map[string]json.RawMessage `json:"fields"`
		Log    json.RawMessage            `json:"logConfig"`
	}
	if string(data) == "null" {
		return nil, nil
	}
	if err := jsonread.Unmarshal(data, &known); err != nil {
		return nil, err
	}
	if (known.Fields == nil) == (known.Log == nil) {
		return nil, errors.New("expected either fields or logConfig")
	}
	if known.Fields != nil {
		return &State{Fields: known.Fields}, checkPointers(slices.Sorted(maps.Keys(known.Fields)))
	}
	var c *planner.LogBody
	if err := jsonread.Unmarshal(known.Log, &c); err != nil {
		return nil, fmt.Errorf("logConfig: %w", err)
	}
	if c == nil {
		return &State{}, nil
	}
	return &State{Log: c.Config()}, nil
}

// Limits of what one request writes, so that a hostile receipt cannot take long. The pointers of
// a cluster have two or three tokens.
const (
	maxDepth  = 32
	maxFields = 10_000
)

// checkPointers checks that paths address fields, not the whole document, and are within the
// limits.
func checkPointers(paths []string) error {
	if len(paths) > maxFields {
		return fmt.Errorf("more than %d fields", maxFields)
	}
	for _, path := range paths {
		if tokens, err := jsonpatch.Tokens(path); err != nil || len(tokens) == 0 || len(tokens) > maxDepth {
			return fmt.Errorf("%.100q is not a JSON pointer to a field", path)
		}
	}
	return nil
}

// FieldsAt returns the existing fields of a document at some paths.
func FieldsAt(doc json.RawMessage, paths []string) (*State, error) {
	s, document := &State{Fields: map[string]json.RawMessage{}}, jsonpatch.Decode(doc)
	for _, path := range paths {
		value, there, err := document.Lookup(path)
		if err != nil {
			return nil, err
		}
		if there {
			s.Fields[path] = value
		}
	}
	return s, nil
}

// Written returns the part of a state that a patch writes over; nil has none.
func (s *State) Written(patch jsonpatch.Patch) *State {
	if s == nil {
		return nil
	}
	fields := maps.Clone(s.Fields)
	maps.DeleteFunc(fields, func(path string, _ json.RawMessage) bool { return !patch.Writes(path) })
	return &State{Fields: fields, Log: s.Log}
}

// FieldsOf returns the existing fields as a state.
func FieldsOf(fields []jsonpatch.Field) *State {
	s := &State{Fields: map[string]json.RawMessage{}}
	for _, f := range fields {
		if f.Value != nil {
			s.Fields[f.Path] = f.Value
		}
	}
	return s
}
