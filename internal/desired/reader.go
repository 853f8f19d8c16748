package desired

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
	"clusterctl/internal/spelling"
)

// reader reads the nodes of one file and collects findings.
type reader struct {
	file   string
	source *layout.Text
	now    time.Time
	found  Diagnostics
	stated map[string]site // the keys that a file may set once, and where it sets them
	used   map[string]bool // the variables that the file uses
	// nearLoggers are the results of nearLogger so far.
	nearLoggers map[string]string

	// The tables of objects that occur in each cluster are built once for each file.
	clusterTable    []field[cluster.Cluster]
	logConfigTable  []field[cluster.LogConfig]
	preferenceTable []field[cluster.Settings]
}

func newReader(input Input, now time.Time) *reader {
	return &reader{
		file: input.Name, source: layout.NewText(input.Data), now: now, stated: map[string]site{}, used: map[string]bool{}, nearLoggers: map[string]string{},
		clusterTable: clusterFields(), logConfigTable: logConfigFields(), preferenceTable: preferenceFields(),
	}
}

func (r *reader) fail(at *yaml.Node, code Code, message, hint string) {
	r.site(at).fail(code, message, hint)
}

func (r *reader) warn(at *yaml.Node, code Code, message, hint string) {
	r.site(at).warn(code, message, hint)
}

// findings returns all findings of the file in order, including those of its text.
func (r *reader) findings() Diagnostics {
	for _, f := range r.source.Findings() {
		site{r, f.Place}.fail(f.Code, f.Message, f.Hint)
	}
	return r.found.inOrder()
}

// site is a place in a file. It stays valid after the nodes of the file are gone, so
// that later findings can refer to it.
type site struct {
	r *reader
	layout.Place
}

func (r *reader) site(n *yaml.Node) site { return site{r, layout.PlaceOf(n)} }

func (s site) isZero() bool { return s.r == nil }

func (s site) fail(code Code, message, hint string) { s.add(Error, code, message, hint) }

func (s site) warn(code Code, message, hint string) { s.add(Warning, code, message, hint) }

func (s site) add(severity Severity, code Code, message, hint string) {
	s.r.found = append(s.r.found, Diagnostic{
		File: s.r.file, Line: s.Line, Column: s.Column, Severity: severity, Code: code, Message: message, Hint: hint,
	})
}

func (s site) String() string {
	return fmt.Sprintf("%s:%d:%d", escape.Printable(s.r.file), s.Line, s.Column)
}

// value is a node to read, with its name in messages.
type value struct {
	label string
	node  *yaml.Node
}

// first returns the node that findings about a mapping point to: its first key if it
// has one.
func first(mapping *yaml.Node) *yaml.Node {
	if len(mapping.Content) > 0 {
		return mapping.Content[0]
	}
	return mapping
}

func (r *reader) wrongType(v value, want string) {
	if v.node.Tag != layout.UnresolvedTag {
		message, hint := layout.MustBe(v.label, want, v.node)
		r.fail(v.node, layout.WrongType, message, hint)
	}
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

// text reads a scalar exactly as written, whatever type it has in YAML: 1_000 is
// "1_000" and OFF is "OFF". Null is not text.
func (r *reader) text(v value) (string, bool) {
	tags := []string{"!!str", "!!int", "!!float", "!!bool", "!!timestamp", "!!merge"}
	if v.node.Kind == yaml.ScalarNode && slices.Contains(tags, v.node.Tag) {
		return v.node.Value, true
	}
	r.wrongType(v, layout.AString)
	return "", false
}

// textOrNull reads text, or returns nil for null.
func (r *reader) textOrNull(v value) (*string, bool) {
	if layout.IsNull(v.node) {
		return nil, true
	}
	s, ok := r.text(v)
	return &s, ok
}

// filledText reads text that must not be blank.
func (r *reader) filledText(v value) (string, bool) {
	s, ok := r.text(v)
	if ok && isBlank(s) {
		r.fail(v.node, codeEmptyValue, v.label+" is empty", "write a value, or remove it if it is optional")
		return "", false
	}
	return s, ok
}

// oneOf reads one of the known words. OFF is text here, although YAML 1.1 reads it
// as a boolean.
func oneOf[S ~string](r *reader, v value, code Code, what string, known []S) (S, bool) {
	s, ok := r.text(v)
	if !ok || slices.Contains(known, S(s)) {
		return S(s), ok
	}
	r.fail(v.node, code, "unknown "+what+" "+escape.Quote(s), suggest(s, words(known)))
	return "", false
}

// words converts known words to strings.
func words[S ~string](known []S) []string {
	all := make([]string, 0, len(known))
	for _, word := range known {
		all = append(all, string(word))
	}
	return all
}

// suggest returns the hint for an unknown word: the nearest known one or, if none
// is near, all of them.
func suggest(word string, known []string) string {
	return suggestOr(word, known, "use "+anyOneOf(known))
}

// suggestOr suggests the nearest known word and returns otherwise if none is near.
func suggestOr(word string, known []string, otherwise string) string {
	if near, ok := spelling.Nearest(word, known); ok {
		return "did you mean " + escape.Quote(near) + "?"
	}
	return otherwise
}

func anyOneOf(known []string) string { return "one of " + strings.Join(known, ", ") }

// boolean reads true or false. For anything else it adds a finding and returns false.
func (r *reader) boolean(v value) bool {
	if v.node.Kind != yaml.ScalarNode || v.node.Tag != "!!bool" {
		r.wrongType(v, layout.ABoolean)
		return false
	}
	return strings.EqualFold(v.node.Value, "true")
}

// integer reads a plain decimal number. Other YAML notations (0x1f, 1_000, 010) mean
// different numbers to different readers.
func (r *reader) integer(v value) (int, bool) {
	if v.node.Kind != yaml.ScalarNode || v.node.Tag != "!!int" && v.node.Tag != "!!float" {
		r.wrongType(v, layout.AnInteger)
		return 0, false
	}
	i, err := strconv.Atoi(v.node.Value)
	if err != nil || strconv.Itoa(i) != v.node.Value {
		r.fail(v.node, codeBadNumber, v.label+" must be a whole number in plain digits, not "+escape.Quote(v.node.Value), numberHint(err))
		return 0, false
	}
	return i, true
}

// numberHint returns a hint for a number of plain digits that is too large.
func numberHint(err error) string {
	if errors.Is(err, strconv.ErrRange) {
		return "the number is too large"
	}
	return ""
}

// isList reports whether a value is a list. If not, it adds a finding.
func (r *reader) isList(v value) bool {
	isList := v.node.Kind == yaml.SequenceNode && v.node.Tag == "!!seq"
	if !isList {
		r.wrongType(v, layout.AList)
	}
	return isList
}

// readList reads a list and returns its valid items.
func readList[T any](r *reader, v value, label string, read func(value) (T, bool)) []T {
	if !r.isList(v) {
		return nil
	}
	all := make([]T, 0, len(v.node.Content))
	for _, item := range v.node.Content {
		if one, ok := read(value{label, layout.Resolve(item)}); ok {
			all = append(all, one)
		}
	}
	return all
}

// freeEntries returns the entries of a mapping with user-defined keys. Blank keys are
// findings.
func (r *reader) freeEntries(v value) ([]entry, bool) {
	entries, ok := r.entries(v)
	return slices.DeleteFunc(entries, func(e entry) bool {
		if isBlank(e.name) {
			r.fail(e.key, codeEmptyKey, "empty key in "+v.label, "name the key or remove it")
		}
		return isBlank(e.name)
	}), ok
}
