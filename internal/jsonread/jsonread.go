// Package jsonread decodes JSON for users: its errors name the place in the document, what
// is expected there and what was found, and never a type of Go.
package jsonread

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Unmarshal is json.Unmarshal with errors such as "changes[3].diff: expected an array,
// found a string at line 12". The line is left out of a document that has only one. An
// error of syntax is still a *json.SyntaxError.
func Unmarshal[T any](data []byte, into *T) error {
	err := json.Unmarshal(data, into)
	if err == nil {
		return nil
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return &syntaxError{syntax, place(data, int(syntax.Offset)-1)}
	}
	steps := locate(data, func(changed []byte) bool {
		again := json.Unmarshal(changed, new(T))
		return again != nil && again.Error() == err.Error()
	})
	path, at := follow(data, steps)
	return fmt.Errorf("%s%s%s", path, problem(err, data[at:]), place(data, at))
}

// syntaxError is an error of syntax and its place, without the words of the parser.
type syntaxError struct {
	cause *json.SyntaxError
	place string
}

func (e *syntaxError) Error() string {
	text, _, _ := strings.Cut(e.cause.Error(), " looking for beginning of ")
	return strings.Replace(text, " after top-level value", " after the end of the document", 1) + e.place
}

func (e *syntaxError) Unwrap() error { return e.cause }

// problem says what is wrong with the value at the beginning of rest.
func problem(err error, rest []byte) string {
	found := found(rest)
	wrong, isOfType := errors.AsType[*json.UnmarshalTypeError](err)
	_, isTime := errors.AsType[*time.ParseError](err)
	switch {
	case isOfType:
		return "expected " + expected(wrong.Type) + ", found " + found
	case isTime, strings.HasPrefix(err.Error(), "Time."):
		return "expected a time such as 2026-11-23T18:00:00Z, found " + found
	default:
		return "not a valid value: " + found
	}
}

// expected is what JSON calls the values of a type.
func expected(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Slice, reflect.Array:
		return "an array"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	default:
		return "a whole number"
	}
}

// found describes the value at the beginning of rest. Long strings are cut.
func found(rest []byte) string {
	var value json.RawMessage
	_ = json.NewDecoder(bytes.NewReader(rest)).Decode(&value) // the document is valid
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		var text string
		_ = json.Unmarshal(value, &text)
		return fmt.Sprintf("the string %.40q", text)
	default:
		return fmt.Sprintf("%.40s", value)
	}
}

// place returns where an offset is, or nothing for a document of one line.
func place(data []byte, offset int) string {
	before := data[:min(max(offset, 0), len(data))]
	if !bytes.Contains(bytes.TrimSpace(data), []byte("\n")) {
		return ""
	}
	return fmt.Sprintf(" at line %d", 1+bytes.Count(before, []byte("\n")))
}
