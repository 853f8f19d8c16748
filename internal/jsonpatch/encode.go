package jsonpatch

import (
	"bytes"
	"encoding/json"
)

// Encode is json.Marshal without the escaping of <, > and &, which would only
// make a plan harder to review.
func Encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// Quote is a string as JSON.
func Quote(s string) json.RawMessage {
	data, err := Encode(s)
	if err != nil {
		panic("jsonpatch: a string always encodes: " + err.Error())
	}
	return data
}
