package desired

import (
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
)

// field is one key of an object: its name, the form of its value, and how to read it
// into a T and write it from one. A table of fields, in canonical order, completely
// defines an object.
type field[T any] struct {
	key  string
	form form
	codec[T]
}

// codec reads a value into a T and writes it from one.
type codec[T any] struct {
	read  func(r *reader, v value, into *T)
	write func(from *T) *yaml.Node // nil if there is nothing to write
}

// reads returns the codec of a key that is read but never written.
func reads[T any](read func(r *reader, v value, into *T)) codec[T] {
	return codec[T]{read, func(*T) *yaml.Node { return nil }}
}

// extensionField is the row of the x- keys of a document. In canonical order they
// precede the keys that use their anchors.
func extensionField[T any]() field[T] {
	about := "Ignored. Use it to define anchors for the rest of the file."
	return field[T]{"x-", form{kind: formExtension, about: about}, reads(func(*reader, value, *T) {})}
}

// asText returns the codec of text that must not be blank.
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

// asOneOf returns the codec of one of the known words.
func asOneOf[T any, S ~string](at func(*T) *S, code Code, what string, known []S) codec[T] {
	return codec[T]{
		func(r *reader, v value, into *T) { *at(into), _ = oneOf(r, v, code, what, known) },
		func(from *T) *yaml.Node { return literal(string(*at(from))) },
	}
}

// object is a mapping that was read, with the keys that are written in it.
type object struct {
	at      *yaml.Node
	entries []entry // those with known keys
}

// key returns the node of a key, nil if the key is not written.
func (o object) key(name string) *yaml.Node {
	for _, e := range o.entries {
		if e.name == name {
			return e.key
		}
	}
	return nil
}

// valueOf returns the value of a key that is written.
func (o object) valueOf(name string) *yaml.Node {
	i := slices.IndexFunc(o.entries, func(e entry) bool { return e.name == name })
	return o.entries[i].value
}

func (o object) has(key string) bool { return o.key(key) != nil }

// firstOf returns the node of the first key that is written, or that of the object.
func (o object) firstOf(keys ...string) *yaml.Node {
	for _, key := range keys {
		if at := o.key(key); at != nil {
			return at
		}
	}
	return o.at
}

// readObject reads a mapping into a T, key by key according to the table. It returns
// false if v is not a mapping.
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

// writeObject returns a T as a mapping, nil if it declares nothing.
func writeObject[T any](fields []field[T], from *T) *yaml.Node {
	var m mapping
	for _, f := range fields {
		m.add(f.key, f.write(from))
	}
	return m.node()
}

// names returns the keys of a table, except those of extensions.
func names[T any](fields []field[T]) []string {
	keys := make([]string, 0, len(fields))
	for _, f := range fields {
		if f.form.kind != formExtension {
			keys = append(keys, f.key)
		}
	}
	return keys
}

// entry is one key of a mapping with its value, aliases resolved.
type entry struct {
	name       string
	key, value *yaml.Node
}

// entries returns the entries of a mapping: its own first, then those that merge keys
// add. It returns false if v is not a mapping.
func (r *reader) entries(v value) ([]entry, bool) {
	if v.node.Kind != yaml.MappingNode || v.node.Tag != "!!map" {
		r.wrongType(v, layout.AMap)
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

// ownEntries returns the entries that a mapping spells out, and the value of its merge
// key, nil if it has none.
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

// mergedEntries returns the entries that a merge key adds: those of a mapping, or of
// each mapping in a list. Earlier ones win.
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
