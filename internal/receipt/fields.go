package receipt

import (
	"encoding/json"
	"maps"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// write is the effect of a request on one place of a document, or its possible effect if in
// doubt; a nil value is absent.
type write struct {
	path          string
	before, after json.RawMessage
	inDoubt       bool
}

// field collects the writes to one place.
type field struct {
	path          string
	before, after *value
	// doubts have the value before the last write, for each place in the field whose last write
	// is in doubt. The key of the field itself is "".
	doubts map[string]json.RawMessage
}

// place is a node of the tree of written places, addressed by the tokens of a JSON pointer. It is
// a written field, or has some below it.
type place struct {
	written *field
	beneath map[string]*place
}

// merge adds a write to the earlier ones. A write below a written object changes that object; a
// write of a whole object absorbs those below it.
func (p *place) merge(w write) error {
	tokens, err := jsonpatch.Tokens(w.path)
	if err != nil {
		return err
	}
	for len(tokens) > 0 && p.written == nil {
		p, tokens = p.next(tokens[0]), tokens[1:]
	}
	if p.written != nil {
		return p.written.merge(tokens, w)
	}
	f := &field{path: w.path, before: newValue(w.before), after: newValue(w.after), doubts: map[string]json.RawMessage{}}
	if w.inDoubt {
		f.doubts[""] = w.before
	}
	if err := p.moveInto(f, nil); err != nil {
		return err
	}
	p.written, p.beneath = f, nil
	return nil
}

func (p *place) next(token string) *place {
	if p.beneath == nil {
		p.beneath = map[string]*place{}
	}
	if p.beneath[token] == nil {
		p.beneath[token] = &place{}
	}
	return p.beneath[token]
}

// moveInto restores, in the Before of a whole object, the values from before the writes below it.
// The tokens are the path from that object to p.
func (p *place) moveInto(f *field, tokens []string) (err error) {
	for _, t := range slices.Sorted(maps.Keys(p.beneath)) {
		rest, next := append(slices.Clone(tokens), t), p.beneath[t]
		if w := next.written; w != nil && w.isLeftAs(nil, "", f.before.at(rest).encode()) {
			f.before, err = f.before.with(rest, w.before)
		}
		if err == nil {
			err = next.moveInto(f, rest)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// all returns the written fields, in no particular order.
func (p *place) all() []*field {
	if p.written != nil {
		return []*field{p.written}
	}
	var fields []*field
	for _, next := range p.beneath {
		fields = append(fields, next.all()...)
	}
	return fields
}

// merge adds a write at tokens within the field. If the write did not find what the previous one
// left, someone else changed it in between, and their value is the one before.
func (f *field) merge(tokens []string, w write) (err error) {
	key := w.path[len(f.path):]
	if !f.isLeftAs(tokens, key, w.before) {
		if f.before, err = f.before.with(tokens, newValue(w.before)); err != nil {
			return err
		}
	}
	if f.after, err = f.after.with(tokens, newValue(w.after)); err != nil {
		return err
	}
	switch {
	case w.inDoubt: // the value seen before it ends all earlier doubts
		f.doubts[key] = w.before
	case key == "":
		clear(f.doubts)
	default: // a doubt about the whole object remains
		delete(f.doubts, key)
	}
	return nil
}

// isLeftAs reports whether a place in the field may have been left with this value. tokens and
// key both address the place.
func (f *field) isLeftAs(tokens []string, key string, found json.RawMessage) bool {
	was, inDoubt := f.doubts[key]
	return cluster.SameField(f.path+key, f.after.at(tokens).encode(), found) || inDoubt && cluster.SameField(f.path+key, was, found)
}
