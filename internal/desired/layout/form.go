package layout

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Form is what the layout depends on of what may be written somewhere.
type Form struct {
	Kind Kind
	Keys []Key // of an object in their canonical order, or well-known ones of a map
	Item *Form // of a list, or of each value of a map
}

// Kind is the kind of a Form.
type Kind int

// The kinds of a Form.
const (
	Other   Kind = iota // of what the language does not have, too
	Textual             // text, however YAML would resolve it
	List
	Object
	Map // an object with keys of the author's
)

// Key is one key of an object, or each that begins with Name.
type Key struct {
	Name     string
	IsPrefix bool
	Form     Form
}

func (k Key) is(key string) bool {
	return key == k.Name || k.IsPrefix && strings.HasPrefix(key, k.Name)
}

// index is that of a key in the table, -1 if it is not there.
func (f Form) index(key string) int {
	return slices.IndexFunc(f.Keys, func(k Key) bool { return k.is(key) })
}

// of is the form of the value of a key.
func (f Form) of(key string) Form {
	if i := f.index(key); i >= 0 {
		return f.Keys[i].Form
	}
	if f.Kind == Map {
		return *f.Item
	}
	return Form{}
}

// ofItem is the form of what a list holds.
func (f Form) ofItem() Form {
	if f.Kind == List {
		return *f.Item
	}
	return Form{}
}

// rank is the place of a key in the order of an object: merge keys, those of the
// table, others.
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

// isPlainKey reports whether a key is one of the language, which needs no quotes.
func (f Form) isPlainKey(key string) bool {
	i := f.index(key)
	return f.Kind == Object && i >= 0 && !f.Keys[i].IsPrefix
}
