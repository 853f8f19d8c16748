package api

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"

	"clusterctl/internal/jsonscan"
)

// Fields are the members of a JSON object in a response, by exact key: keys that differ in case
// are different. Each is read on its own, so that an unexpected value does not affect the others.
type Fields map[string]json.RawMessage

// errNoObject reports JSON that is not an object.
var errNoObject = errors.New("not a JSON object")

// ParseFields reads the members of a JSON object. Anything else is an error, which does not quote
// the data.
func ParseFields(data []byte) (Fields, error) {
	if !json.Valid(data) {
		return nil, errNoObject
	}
	return FieldsOf(data)
}

// FieldsOf is ParseFields for data that is valid JSON or empty.
func FieldsOf(doc []byte) (Fields, error) {
	members, isObject := jsonscan.Members(doc)
	if !isObject {
		return nil, errNoObject
	}
	return members, nil
}

// Has reports whether the key has a value other than null.
func (f Fields) Has(key string) bool { return f[key] != nil && string(f[key]) != "null" }

// String returns the value of a string, and false for anything else.
func (f Fields) String(key string) (string, bool) {
	if !f.Has(key) || f[key][0] != '"' {
		return "", false
	}
	return jsonscan.String(f[key]), true
}

// Text returns the value of a string, and "" for anything else.
func (f Fields) Text(key string) string {
	text, _ := f.String(key)
	return text
}

// Bool returns the value of a boolean, and nil for anything else.
func (f Fields) Bool(key string) *bool {
	if value, ok := read[bool](f, key); ok {
		return &value
	}
	return nil
}

// List returns the elements of an array, and false for anything else.
func (f Fields) List(key string) ([]json.RawMessage, bool) { return jsonscan.Elements(f[key]) }

// Object returns the members of an object, and false for anything else.
func (f Fields) Object(key string) (Fields, bool) {
	members, isObject := jsonscan.Members(f[key])
	return members, isObject
}

// Count returns a whole number from 0 to math.MaxInt32, in any notation, and false for anything
// else.
func (f Fields) Count(key string) (int, bool) {
	number, ok := read[json.Number](f, key)
	if !ok || f[key][0] == '"' { // json.Number accepts strings as well
		return 0, false
	}
	value, err := strconv.ParseFloat(number.String(), 64)
	if err != nil || value != math.Trunc(value) || value < 0 || value > math.MaxInt32 {
		return 0, false
	}
	return int(value), true
}

func read[T any](f Fields, key string) (T, bool) {
	var value T
	if !f.Has(key) || json.Unmarshal(f[key], &value) != nil {
		return *new(T), false
	}
	return value, true
}
