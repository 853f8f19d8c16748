package desired

import (
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
)

// field is one key of an object: its name, what may be written there, and how it is
// read into, and written from, a T. A table of fields, in the order of the canonical
// layout, is the whole definition of an object.
type field[T any] struct {
	key  string
	form form
	codec[T]
}

// codec reads a value into a T, and writes it from one.
type codec[T any] struct {
	read  func(r *reader, v value, into *T)
	write func(from *T) *yaml.Node // nil if there is nothing to write
}

// reads is the codec of what is not written.
func reads[T any](read func(r *reader, v value, into *T)) codec[T] {
	return codec[T]{read, func(*T) *yaml.Node { return nil }}
}

// extensionField is the row of a document's keys that hold anchors. They stand
// in front of the keys that use them.
func extensionField[T any]() field[T] {
	about := "Ignored. Use it to define anchors for the rest of the file."
	return field[T]{"x-", form{kind: formExtension, about: about}, reads(func(*reader, value, *T) {})}
}

// asText is the codec of text that is not blank.
func asText[T any](at func(*T) *string) codec[T] {
	return codec[T]{
		func(r *reader, v value, into *T) { *at(into), _ = r.filledText(v) },
		func(from *T) *yaml.Node { return onlyIf(*at(from) != "", literal(*at(from))) },
	}
}

func asBoolean[T any](at func(*T) *bool) codec[T] {
	return codec[T]{
		func(r *reader, v value, into *T) { *at(into) = r.boolean(v) },
		func(from *T) *yaml.Node { return onlyIf(*at(from), plain("!!bool", "true")) },
	}
}

// asOneOf is the codec of a word that must be known.
func asOneOf[T any, S ~string](at func(*T) *S, code Code, what string, known []S) codec[T] {
	return codec[T]{
		func(r *reader, v value, into *T) { *at(into), _ = oneOf(r, v, code, what, known) },
		func(from *T) *yaml.Node { return literal(string(*at(from))) },
	}
}

// object is what is known of a mapping besides the values read from it.
type object struct {
	at      *yaml.Node
	entries []entry // with the known keys that are written
}

// key is a key as it is written, nil if it is not.
func (o object) key(name string) *yaml.Node {
	for _, e := range o.entries {
		if e.name == name {
			return e.key
		}
	}
	return nil
}

func (o object) has(key string) bool { return o.key(key) != nil }

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
// reports false if v is no mapping.
func readObject[T any](r *reader, v value, fields []field[T], into *T) (object, bool) {
	entries, ok := r.entries(v)
	if !ok {
		return object{}, false
	}
	o := object{at: first(v.node), entries: entries[:0]}
	for _, e := range entries {
		i := slices.IndexFunc(fields, func(f field[T]) bool { return f.form.hasKey(f.key, e.name) })
		if i < 0 {
			r.fail(e.key, codeUnknownKey, "unknown key "+escape.Quote(e.name), suggest(e.name, names(fields)))
			continue
		}
		o.entries = append(o.entries, e)
		fields[i].read(r, value{e.name, e.value}, into)
	}
	return o, true
}

// writeObject is a mapping of what a T declares.
func writeObject[T any](fields []field[T], from *T) *yaml.Node {
	var m mapping
	for _, f := range fields {
		m.add(f.key, f.write(from))
	}
	return m.node()
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

// entries lists the keys of a mapping, its own first, then what merge keys add to
// them. It reports false if v is no mapping.
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
// merge key, nil if it has none.
func (r *reader) ownEntries(mapping *yaml.Node) (own []entry, merged *yaml.Node) {
	seen := make(map[string]*yaml.Node, len(mapping.Content)/2)
	own = make([]entry, 0, len(mapping.Content)/2)
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		at, key, val := mapping.Content[i], layout.Resolve(mapping.Content[i]), layout.Resolve(mapping.Content[i+1])
		if key.Kind != yaml.ScalarNode {
			r.fail(at, layout.WrongType, "a key must be a string, not "+layout.Describe(key), "")
			continue
		}
		if other := seen[key.Value]; other != nil {
			r.fail(at, codeDuplicateKey, "duplicate key "+escape.Quote(key.Value), "first at "+r.site(other).String()+"; remove one")
			continue
		}
		seen[key.Value] = at
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
		entries, _ := r.entries(value{label: "the value of << (merge key)", node: source})
		return entries
	}
	var all []entry
	for i, n := range source.Content {
		item := value{label: fmt.Sprintf("item %d of << (merge key)", i+1), node: layout.Resolve(n)}
		entries, _ := r.entries(item)
		all = append(all, entries...)
	}
	return all
}
