// Package jsonpatch is RFC 6902 and RFC 6901 for this program: guarded diffs,
// strict parsing, application and pointers. It keeps one invariant: a patch that
// it makes overwrites nothing but what it was computed from (see Guarded).
package jsonpatch

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	evanphx "github.com/evanphx/json-patch/v5"
	"github.com/wI2L/jsondiff"

	"clusterctl/internal/jsonread"
)

// The operations of RFC 6902.
const (
	OpAdd     = "add"
	OpRemove  = "remove"
	OpReplace = "replace"
	OpMove    = "move"
	OpCopy    = "copy"
	OpTest    = "test"
)

// ErrTestFailed reports that a test operation found another value.
var ErrTestFailed = errors.New("test failed")

// Operation is one operation of a patch. Value is nil where the operation has
// none, and the JSON null where it is null.
type Operation struct {
	Op    string          `json:"op"`
	Path  string          `json:"path"`
	From  string          `json:"from,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
}

// Patch is a JSON Patch document.
type Patch []Operation

// Diff returns the guarded patch that turns before into after; it is empty,
// never nil, where they are equal.
func Diff(before, after json.RawMessage) (Patch, error) {
	edits, err := Edits(before, after)
	if err != nil {
		return nil, err
	}
	return Guarded(edits, Decode(before).Value), nil
}

// Edits returns what turns before into after, in the order in which a patch makes it.
func Edits(before, after json.RawMessage) ([]Edit, error) {
	diff, err := jsondiff.CompareJSON(before, after)
	if err != nil {
		return nil, fmt.Errorf("compare documents: %w", err)
	}
	doc := Decode(before)
	edits := make([]Edit, 0, len(diff))
	for _, op := range diff {
		edit := Edit{Path: op.Path, Before: doc.Value(op.Path)}
		if op.Type != jsondiff.OperationRemove {
			edit.After = mustEncode(op.Value)
		}
		edits = append(edits, edit)
	}
	return edits, nil
}

// Parse reads a patch and holds it to RFC 6902: known operations, well-formed
// pointers, a value or a from where the operation needs one.
func Parse(data []byte) (Patch, error) {
	var patch Patch
	if err := jsonread.Unmarshal(data, &patch); err != nil {
		return nil, fmt.Errorf("not a JSON Patch: %w", err)
	}
	if patch == nil {
		return nil, errors.New("not a JSON Patch: null")
	}
	for i, op := range patch {
		if err := op.check(); err != nil {
			return nil, fmt.Errorf("operation %d: %w", i, err)
		}
	}
	return patch, nil
}

func (o Operation) check() error {
	if _, err := Tokens(o.Path); err != nil {
		return err
	}
	switch o.Op {
	case OpAdd, OpReplace, OpTest:
		if o.Value == nil {
			return fmt.Errorf("%s %q has no value", o.Op, o.Path)
		}
	case OpMove, OpCopy:
		if _, err := Tokens(o.From); err != nil {
			return err
		}
	case OpRemove:
	default:
		return fmt.Errorf("unknown operation %q", o.Op)
	}
	return nil
}

// Apply returns doc with the patch applied, all of it or nothing. A test that
// finds another value, or none, is ErrTestFailed.
func (p Patch) Apply(doc json.RawMessage) (json.RawMessage, error) {
	options := evanphx.NewApplyOptions()
	options.EscapeHTML = false
	options.SupportNegativeIndices = false
	for i, op := range p {
		next, err := op.apply(doc, options)
		if err != nil {
			return nil, fmt.Errorf("operation %d, %s %q: %w", i, op.Op, op.Path, err)
		}
		doc = next
	}
	return doc, nil
}

func (o Operation) apply(doc json.RawMessage, options *evanphx.ApplyOptions) (json.RawMessage, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Op == OpTest {
		return doc, o.test(doc)
	}
	single, err := Encode(Patch{o})
	if err != nil {
		return nil, err
	}
	patch, err := evanphx.DecodePatch(single)
	if err != nil {
		return nil, err
	}
	return patch.ApplyWithOptions(doc, options)
}

// test holds the document against RFC 6902. The library does not: it takes a
// missing member to equal null, and the empty key for the whole document.
func (o Operation) test(doc json.RawMessage) error {
	found, ok, err := Lookup(doc, o.Path)
	if err != nil {
		return err
	}
	if !ok || !Equal(found, o.Value) {
		return ErrTestFailed
	}
	return nil
}

// Equal compares two JSON values by what they mean: the order of keys and the
// form of a number make no difference. What is no JSON equals nothing.
func Equal(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// Same is Equal, except that nil, a value that is not there, is the same as nil.
func Same(a, b json.RawMessage) bool { return a == nil && b == nil || Equal(a, b) }

// Paths returns the places that the operations name, in their order.
func (p Patch) Paths() []string {
	paths := make([]string, 0, len(p))
	for _, op := range p {
		paths = append(paths, op.Path)
	}
	return paths
}

// Tests returns the patch's test operations.
func (p Patch) Tests() Patch { return p.filter(true) }

// WithoutTests returns the patch without its guards, for a server that does
// not take them.
func (p Patch) WithoutTests() Patch { return p.filter(false) }

func (p Patch) filter(tests bool) Patch {
	kept := Patch{}
	for _, op := range p {
		if (op.Op == OpTest) == tests {
			kept = append(kept, op)
		}
	}
	return kept
}
