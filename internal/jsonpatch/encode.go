package jsonpatch

import (
	"bytes"
	"encoding/json"
)

// Encode is json.Marshal without escaping <, > and &, which would make a plan harder to
// review.
func Encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// Quote returns a string as JSON.
func Quote(s string) json.RawMessage { return mustEncode(s) }

// mustEncode encodes a string or a decoded JSON value.
func mustEncode(v any) json.RawMessage {
	data, err := Encode(v)
	if err != nil {
		panic("jsonpatch: a value of JSON always encodes: " + err.Error())
	}
	return data
}

// Canonical returns a value as compact JSON with sorted keys at every depth. Numbers keep
// their form.
func Canonical(v any) (json.RawMessage, error) {
	data, err := Encode(v)
	if err != nil {
		return nil, err
	}
	var ordered any
	if err := decode(data, &ordered); err != nil {
		return nil, err
	}
	return mustEncode(ordered), nil
}
