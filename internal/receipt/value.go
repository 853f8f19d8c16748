package receipt

import (
	"encoding/json"
	"fmt"

	"clusterctl/internal/jsonpatch"
)

// value is a JSON value. An object is taken apart where one of its members is
// needed, and only once: many writes beneath a large object stay cheap. A nil
// value is one that is not there.
type value struct {
	raw json.RawMessage
	// members are those of an object that was taken apart; raw is no more then.
	members map[string]*value
}

func newValue(raw json.RawMessage) *value {
	if raw == nil {
		return nil
	}
	return &value{raw: raw}
}

// takeApart reports whether the value is an object.
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

// at is the member that tokens lead to.
func (v *value) at(tokens []string) *value {
	for _, t := range tokens {
		if !v.takeApart() {
			return nil
		}
		v = v.members[t]
	}
	return v
}

// with is the value with another member, of which nil is none. An object that is
// not there, or null, is made where the member needs it.
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

// MarshalJSON is the value as JSON.
func (v *value) MarshalJSON() ([]byte, error) {
	if v.members != nil {
		return jsonpatch.Encode(v.members)
	}
	return v.raw, nil
}

// encode is the value as JSON, and nil where it is not there.
func (v *value) encode() json.RawMessage {
	if v == nil {
		return nil
	}
	data, _ := v.MarshalJSON() // it was made of JSON
	return data
}
