// Package jsonscan takes JSON documents apart without decoding them: most of what a
// tenant returns is only compared, or passed on as it came.
package jsonscan

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// usualMembers is about how many members a managed cluster has.
const usualMembers = 24

// Members returns the members of an object, and false for any other value. The document
// must be valid JSON or blank, and the values are parts of it. Of several members with one key
// the last counts, as in encoding/json.
func Members(doc []byte) (members map[string]json.RawMessage, isObject bool) {
	members = make(map[string]json.RawMessage, usualMembers)
	isObject = eachMember(doc, func(key, value []byte) { members[String(key)] = value })
	if !isObject {
		return nil, false
	}
	return members, true
}

// Member returns one member of an object, and nil if there is none. The document must be
// valid JSON or blank, and the value is a part of it. Of several members with one key the
// last counts.
func Member(doc []byte, key string) (value json.RawMessage) {
	eachMember(doc, func(k, v []byte) {
		if isString(k, key) {
			value = v
		}
	})
	return value
}

// eachMember calls a function with each member of an object, and reports whether the
// document is one. The keys are strings of JSON.
func eachMember(doc []byte, do func(key, value []byte)) (isObject bool) {
	s := scanner{doc: doc}
	if s.next() != '{' {
		return false
	}
	for s.at++; s.next() != '}'; {
		key := s.value()
		s.next()
		do(key, s.value())
	}
	return true
}

// Elements returns the elements of an array, and false for any other value. The document
// must be valid JSON or blank, and the elements are parts of it.
func Elements(doc []byte) (elements []json.RawMessage, isArray bool) {
	s := scanner{doc: doc}
	if s.next() != '[' {
		return nil, false
	}
	elements = []json.RawMessage{}
	for s.at++; s.next() != ']'; {
		elements = append(elements, s.value())
	}
	return elements, true
}

// isString reports whether a string in valid JSON has a text.
func isString(value []byte, text string) bool {
	if inner := value[1 : len(value)-1]; isPlain(inner) {
		return string(inner) == text
	}
	return String(value) == text
}

// isPlain reports whether the inside of a string is its text.
func isPlain(inner []byte) bool { return bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) }

// String returns the text of a string in valid JSON.
func String(value []byte) string {
	if inner := value[1 : len(value)-1]; isPlain(inner) {
		return string(inner)
	}
	var text string
	_ = json.Unmarshal(value, &text) // it is a string
	return text
}

// scanner walks over a document that is known to be valid.
type scanner struct {
	doc []byte
	at  int
}

// next goes to the next byte that is neither blank nor a separator, and returns it. At
// the end it is 0.
func (s *scanner) next() byte {
	for ; s.at < len(s.doc); s.at++ {
		switch c := s.doc[s.at]; c {
		case ' ', '\t', '\r', '\n', ',', ':':
		default:
			return c
		}
	}
	return 0
}

// value returns the value that begins here, and goes behind it.
func (s *scanner) value() []byte {
	start := s.at
	switch s.doc[s.at] {
	case '"':
		s.skipString()
	case '{', '[':
		s.skipNested()
	default:
		for s.at < len(s.doc) && bytes.IndexByte([]byte(",]} \t\r\n"), s.doc[s.at]) < 0 {
			s.at++
		}
	}
	return s.doc[start:s.at:s.at]
}

func (s *scanner) skipString() {
	for s.at++; s.doc[s.at] != '"'; s.at++ {
		if s.doc[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
}

func (s *scanner) skipNested() {
	for depth := 0; ; {
		switch s.doc[s.at] {
		case '"':
			s.skipString()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if s.at++; depth == 0 {
			return
		}
	}
}
