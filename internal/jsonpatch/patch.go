// Package jsonpatch implements RFC 6902 (JSON Patch) and RFC 6901 (JSON Pointer): guarded
// diffs, strict parsing, application and pointers. A patch that it makes overwrites only
// values that it was computed from (see Guarded).
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

// ErrTestFailed is the error of a test operation that found another value.
var ErrTestFailed = errors.New("test failed")

// Operation is one operation of a patch. Value is nil if the operation has none, and JSON
// null if it is null.
type Operation struct {
	Op    string          `json:"op"`
	Path  string          `json:"path"`
	From  string          `json:"from,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
}

// Patch is a JSON Patch document.
type Patch []Operation

// Diff returns the guarded patch that turns before into after. It is empty, never nil, if
// they are equal.
func Diff(before, after json.RawMessage) (Patch, error) {
	edits, err := Edits(before, after)
	if err != nil {
		return nil, err
	}
	return Guarded(edits, Decode(before).Value), nil
}

// Edits returns the edits that turn before into after, in the order of a patch.
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

// Parse reads a patch and checks it against RFC 6902: known operations, well-formed
// pointers, and a value or a from where the operation needs one.
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

// Apply returns doc with the whole patch applied, or an error. A test that finds another
// value, or none, is ErrTestFailed.
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

// test compares as RFC 6902 says. The library does not: it treats a missing member as
// null, and the empty key as the whole document.
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

// Equal reports whether two JSON values mean the same: the order of keys and the form of
// numbers do not matter. Invalid JSON equals nothing.
func Equal(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// Same is Equal, except that nil, an absent value, equals nil.
func Same(a, b json.RawMessage) bool { return a == nil && b == nil || Equal(a, b) }

// Paths returns the paths of the operations, in their order.
func (p Patch) Paths() []string {
	paths := make([]string, 0, len(p))
	for _, op := range p {
		paths = append(paths, op.Path)
	}
	return paths
}

// Tests returns the patch's test operations.
func (p Patch) Tests() Patch { return p.filter(true) }

// WithoutTests returns the patch without its test operations, for a server that refuses
// them.
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
