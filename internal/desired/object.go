package desired

import (
	"fmt"

	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"

	"gopkg.in/yaml.v3"
)

// field is one key of an object: its name, what may be written there, and how
// that is read into the T that the object declares. A table of fields is the
// whole definition of an object, in the order of the canonical layout.
type field[T any] struct {
	key  string
	form form
	read func(r *reader, v value, into *T)
}

// object is what is known of a mapping besides the values read from it.
type object struct {
	at      *yaml.Node
	entries []entry // with the known keys that are written
}

// key is a key as it is written, nil where it is not.
func (o object) key(name string) *yaml.Node {
	for _, e := range o.entries {
		if e.name == name {
			return e.key
		}
	}
	return nil
}

func (o object) has(key string) bool { return o.key(key) != nil }

// place is the place of a key, zero where it is not written.
func (o object) place(key string) layout.Place {
	if at := o.key(key); at != nil {
		return layout.PlaceOf(at)
	}
	return layout.Place{}
}

// firstOf is the first of the keys that is written.
func (o object) firstOf(keys ...string) *yaml.Node {
	for _, key := range keys {
		if at := o.key(key); at != nil {
			return at
		}
	}
	return o.at
}

// readObject reads a mapping into a T, key by key as the table says. It
// reports false where v is no mapping.
func readObject[T any](r *reader, v value, fields []field[T], into *T) (object, bool) {
	entries, ok := r.entries(v)
	if !ok {
		return object{}, false
	}
	o := object{at: first(v.node), entries: entries[:0]}
	for _, e := range entries {
		f, known := find(fields, e.name)
		if !known {
			r.fail(e.key, codeUnknownKey, "unknown key "+escape.Quote(e.name), suggest(e.name, names(fields)))
			continue
		}
		o.entries = append(o.entries, e)
		f.read(r, value{label: e.name, node: e.value}, into)
	}
	return o, true
}

func find[T any](fields []field[T], key string) (field[T], bool) {
	for _, f := range fields {
		if f.form.hasKey(f.key, key) {
			return f, true
		}
	}
	return field[T]{}, false
}

// names are the keys of a table that can be suggested.
func names[T any](fields []field[T]) []string {
	keys := make([]string, 0, len(fields))
	for _, f := range fields {
		if f.form.kind != formExtension {
			keys = append(keys, f.key)
		}
	}
	return keys
}

// entry is one key of a mapping with its value, aliases followed.
type entry struct {
	name       string
	key, value *yaml.Node
}

// entries lists the keys of a mapping: its own in their order, then those that
// merge keys bring and that it does not have itself. It reports false where v
// is no mapping.
func (r *reader) entries(v value) ([]entry, bool) {
	if v.node.Kind != yaml.MappingNode || v.node.Tag != "!!map" {
		r.wrongType(v, "a map")
		return nil, false
	}
	own, merged := r.ownEntries(v.node)
	if merged == nil {
		return own, true
	}
	seen := make(map[string]bool, len(own))
	for _, e := range own {
		seen[e.name] = true
	}
	for _, e := range r.mergedEntries(merged) {
		if !seen[e.name] {
			seen[e.name] = true
			own = append(own, e)
		}
	}
	return own, true
}

// ownEntries splits a mapping into the keys it spells out and the value of its
// merge key, nil where it has none.
func (r *reader) ownEntries(mapping *yaml.Node) (own []entry, merged *yaml.Node) {
	seen := keySet{}
	own = make([]entry, 0, len(mapping.Content)/2)
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		at, key, val := mapping.Content[i], layout.Resolve(mapping.Content[i]), layout.Resolve(mapping.Content[i+1])
		if key.Kind != yaml.ScalarNode {
			r.fail(at, layout.WrongType, "a key must be a string, not "+layout.Describe(key), "")
			continue
		}
		if other := seen.add(key.Value, at); other != nil {
			r.fail(at, codeDuplicateKey, "duplicate key "+escape.Quote(key.Value), "first at "+r.site(other).String())
			continue
		}
		if key.Tag == "!!merge" {
			merged = val
			continue
		}
		own = append(own, entry{name: key.Value, key: at, value: val})
	}
	return own, merged
}

// mergedEntries lists what a merge key brings: the entries of a mapping, or of
// each mapping of a list, of which the earlier win.
func (r *reader) mergedEntries(source *yaml.Node) []entry {
	if source.Kind != yaml.SequenceNode {
		entries, _ := r.entries(value{label: "a merge key's value", node: source})
		return entries
	}
	var all []entry
	for i, n := range source.Content {
		item := value{label: fmt.Sprintf("item %d of a merge key's list", i+1), node: layout.Resolve(n)}
		entries, _ := r.entries(item)
		all = append(all, entries...)
	}
	return all
}

// keySet is the keys of a mapping so far, and where they are. Most mappings have
// only a few.
type keySet struct {
	few  []*yaml.Node
	many map[string]*yaml.Node
}

const fewKeys = 16

// add adds a key, unless it is there: then it returns where.
func (s *keySet) add(key string, at *yaml.Node) (other *yaml.Node) {
	if s.many == nil {
		for _, n := range s.few {
			if layout.Resolve(n).Value == key {
				return n
			}
		}
		if s.few = append(s.few, at); len(s.few) <= fewKeys {
			return nil
		}
		s.many = make(map[string]*yaml.Node, len(s.few))
		for _, n := range s.few {
			s.many[layout.Resolve(n).Value] = n
		}
		return nil
	}
	if other = s.many[key]; other == nil {
		s.many[key] = at
	}
	return other
}
