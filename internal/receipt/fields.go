package receipt

import (
	"encoding/json"
	"maps"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// write is what a request did to one place of a document, or, in doubt, may
// have done; nil is a value that is not there.
type write struct {
	path          string
	before, after json.RawMessage
	inDoubt       bool
}

// field is what became of one written place.
type field struct {
	path          string
	before, after *value
	// doubts are, for each place in it of which the last write is in doubt,
	// what was there before that. The key of the field itself is "".
	doubts map[string]json.RawMessage
}

// place is a node of the tree of written places, which the tokens of a pointer
// lead through. It is a written field itself, or there are some beneath.
type place struct {
	written *field
	beneath map[string]*place
}

// merge adds a write to those before: beneath a whole object that was written it
// changes that object, and a whole object takes in what was written beneath.
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

// moveInto gives the field of a whole object the values from before all that was
// written beneath it. The tokens are the path from that object to p.
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

// all are the written fields, in no order.
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

// merge adds a write to the place in the field that tokens lead to. Where that
// did not find what had been left, somebody else was there in between: then
// what they wrote is what there was before.
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
	case w.inDoubt: // what was seen before it ends all earlier doubts
		f.doubts[key] = w.before
	case key == "":
		clear(f.doubts)
	default: // a doubt about the whole object stays one
		delete(f.doubts, key)
	}
	return nil
}

// isLeftAs reports whether a place in the field, of which tokens and key tell the
// same, may have been left with a value.
func (f *field) isLeftAs(tokens []string, key string, found json.RawMessage) bool {
	was, inDoubt := f.doubts[key]
	return cluster.SameField(f.path+key, f.after.at(tokens).encode(), found) || inDoubt && cluster.SameField(f.path+key, was, found)
}
