package receipt

import (
	"encoding/json"
	"fmt"

	"clusterctl/internal/jsonpatch"
)

// value is a JSON value; nil is absent. An object is decoded only once, when a member is needed,
// so that many writes below a large object stay cheap.
type value struct {
	raw json.RawMessage
	// members are those of a decoded object, whose raw is nil.
	members map[string]*value
}

func newValue(raw json.RawMessage) *value {
	if raw == nil {
		return nil
	}
	return &value{raw: raw}
}

// takeApart decodes an object, and returns false for any other value.
func (v *value) takeApart() bool {
	if v == nil || v.members != nil {
		return v != nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(v.raw, &members) != nil || members == nil {
		return false
	}
	v.raw, v.members = nil, make(map[string]*value, len(members))
	for key, member := range members {
		v.members[key] = newValue(member)
	}
	return true
}

// at returns the value at tokens.
func (v *value) at(tokens []string) *value {
	for _, t := range tokens {
		if !v.takeApart() {
			return nil
		}
		v = v.members[t]
	}
	return v
}

// with returns the value with another member, or without it if member is nil. It creates missing
// and null objects on the way.
func (v *value) with(tokens []string, member *value) (*value, error) {
	if len(tokens) == 0 {
		return member, nil
	}
	if !v.takeApart() {
		if v != nil && string(v.raw) != "null" {
			return nil, fmt.Errorf("%.100q was written below a value that is not an object", tokens[0])
		}
		if member == nil {
			return v, nil
		}
		v = &value{members: map[string]*value{}}
	}
	child, err := v.members[tokens[0]].with(tokens[1:], member)
	switch {
	case err != nil:
		return nil, err
	case child == nil:
		delete(v.members, tokens[0])
	default:
		v.members[tokens[0]] = child
	}
	return v, nil
}

// MarshalJSON returns the value as JSON.
func (v *value) MarshalJSON() ([]byte, error) {
	if v.members != nil {
		return jsonpatch.Encode(v.members)
	}
	return v.raw, nil
}

// encode returns the value as JSON, nil if it is absent.
func (v *value) encode() json.RawMessage {
	if v == nil {
		return nil
	}
	data, _ := v.MarshalJSON() // it contains only valid JSON
	return data
}
