package cluster

import "encoding/json"

// Returned is a text that a tenant may not have returned. The zero value is unknown, which is not
// the same as none.
type Returned struct {
	known bool
	text  string
}

// AsReturned returns a known text; "" means that there is none.
func AsReturned(text string) Returned { return Returned{known: true, text: text} }

// IsKnown reports whether the tenant returned the text, or that there is none.
func (r Returned) IsKnown() bool { return r.known }

// Text returns the text; it is empty if there is none or it is unknown.
func (r Returned) Text() string { return r.text }

// Equal reports whether two texts are the same. Two unknown texts are.
func (r Returned) Equal(other Returned) bool { return r == other }

// MarshalJSON returns the text, or null if it is unknown.
func (r Returned) MarshalJSON() ([]byte, error) {
	if !r.known {
		return []byte("null"), nil
	}
	return json.Marshal(r.text)
}
