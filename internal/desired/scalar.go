package desired

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
)

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

// text reads a scalar as it is spelled, whatever YAML takes it for: 1_000 is
// "1_000" and OFF is "OFF". Only null is no text.
func (r *reader) text(v value) (string, bool) {
	if v.node.Kind == yaml.ScalarNode {
		switch v.node.Tag {
		case "!!str", "!!int", "!!float", "!!bool", "!!timestamp", "!!merge":
			return v.node.Value, true
		}
	}
	r.wrongType(v, "a string")
	return "", false
}

// textOrNull is text, but nil for null.
func (r *reader) textOrNull(v value) (*string, bool) {
	if layout.IsNull(v.node) {
		return nil, true
	}
	s, ok := r.text(v)
	return &s, ok
}

// filledText is text that is not blank.
func (r *reader) filledText(v value) (string, bool) {
	s, ok := r.text(v)
	if ok && isBlank(s) {
		r.fail(v.node, codeEmptyValue, v.label+" is empty", "")
		return "", false
	}
	return s, ok
}

// boolean reads true or false. What is neither is told, and false.
func (r *reader) boolean(v value) bool {
	if v.node.Kind != yaml.ScalarNode || v.node.Tag != "!!bool" {
		r.wrongType(v, "true or false")
		return false
	}
	return strings.EqualFold(v.node.Value, "true")
}

// integer reads a plain decimal number. The other spellings of YAML (0x1f,
// 1_000, 010) mean different numbers to different readers.
func (r *reader) integer(v value) (int, bool) {
	if v.node.Kind != yaml.ScalarNode || v.node.Tag != "!!int" && v.node.Tag != "!!float" {
		r.wrongType(v, "a whole number")
		return 0, false
	}
	i, err := strconv.Atoi(v.node.Value)
	if err != nil || strconv.Itoa(i) != v.node.Value {
		r.fail(v.node, codeBadNumber, v.label+" must be a plain whole number, not "+escape.Quote(v.node.Value), "")
		return 0, false
	}
	return i, true
}

// integerFrom reads an integer that is not below least.
func (r *reader) integerFrom(v value, least int) (int, bool) {
	i, ok := r.integer(v)
	if ok && i < least {
		r.fail(v.node, codeOutOfRange, fmt.Sprintf("%s must be at least %d, not %d", v.label, least, i), "")
		return 0, false
	}
	return i, ok
}

// settings reads the free keys of a configuration, and tells where their
// values stand.
func (r *reader) settings(v value) (cluster.Settings, map[string]*yaml.Node) {
	entries, ok := r.entries(v)
	if !ok {
		return nil, nil
	}
	settings, at := make(cluster.Settings, len(entries)), make(map[string]*yaml.Node, len(entries))
	for _, e := range entries {
		if isBlank(e.name) {
			r.fail(e.key, codeEmptyKey, "empty key in "+v.label, "")
			continue
		}
		if s, ok := r.textOrNull(value{label: v.label + " value " + escape.Quote(e.name), node: e.value}); ok {
			settings[e.name], at[e.name] = s, e.value
		}
	}
	return settings, at
}
