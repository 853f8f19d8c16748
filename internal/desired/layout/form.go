package layout

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Form is the part of the file format that the layout depends on.
type Form struct {
	Kind Kind
	Keys []Key // of an object in canonical order, or the well-known ones of a map
	Item *Form // of a list, or of each value of a map
}

// Kind is the kind of a Form.
type Kind int

// The kinds of a Form.
const (
	Other   Kind = iota // anything else, unknown keys included
	Textual             // text, whatever type YAML would give it
	List
	Object
	Map // an object with user-defined keys
)

// Key is one key of an object or, with IsPrefix, every key that starts with Name.
type Key struct {
	Name     string
	IsPrefix bool
	Form     Form
}

func (k Key) is(key string) bool {
	return key == k.Name || k.IsPrefix && strings.HasPrefix(key, k.Name)
}

// index returns the index of a key in the table, -1 if it is not there.
func (f Form) index(key string) int {
	return slices.IndexFunc(f.Keys, func(k Key) bool { return k.is(key) })
}

// of returns the form of the value of a key.
func (f Form) of(key string) Form {
	if i := f.index(key); i >= 0 {
		return f.Keys[i].Form
	}
	if f.Kind == Map {
		return *f.Item
	}
	return Form{}
}

// ofItem returns the form of the items of a list.
func (f Form) ofItem() Form {
	if f.Kind == List {
		return *f.Item
	}
	return Form{}
}

// rank returns the position of a key in an object: first merge keys, then those of the
// table, then others.
func (f Form) rank(key *yaml.Node) int {
	i := f.index(key.Value)
	switch {
	case isMerge(key):
		return -1
	case i < 0 || key.Kind != yaml.ScalarNode:
		return len(f.Keys)
	default:
		return i
	}
}

// isPlainKey reports whether a key is part of the file format, so that it needs no quotes.
func (f Form) isPlainKey(key string) bool {
	i := f.index(key)
	return f.Kind == Object && i >= 0 && !f.Keys[i].IsPrefix
}
