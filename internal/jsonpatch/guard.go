package jsonpatch

import (
	"encoding/json"
	"slices"
	"strings"
)

// Edit is a change of one value in a document. A nil value is absent, which differs from
// null.
type Edit struct {
	Path   string          `json:"path"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// Guarded returns the patch that makes the edits and fails if a value has changed since
// it was read. A value is tested before it is replaced or removed. An absent or null
// value cannot be tested, because the vendor's schema of a patch has no null. Its parent
// is tested instead, once and at the front, so that a key added since fails the patch.
// The served function returns a parent as it was read, or nil to omit its test.
//
// A value that was absent or null at the top of the document has no test; see IsGuarded.
func Guarded(edits []Edit, served func(path string) json.RawMessage) Patch {
	patch := Patch{}
	for _, path := range parents(edits) {
		if value := served(path); value != nil {
			patch = append(patch, Operation{Op: OpTest, Path: path, Value: value})
		}
	}
	for _, e := range edits {
		patch = append(patch, e.operations()...)
	}
	return patch
}

// Inverse returns the patch that reverts the edits, the last one first. It tests each
// value that it replaces or removes, but no parents, since their later content is not
// known.
func Inverse(edits []Edit) Patch {
	var patch Patch
	for _, e := range slices.Backward(edits) {
		if Same(e.Before, e.After) {
			continue
		}
		e.Before, e.After = e.After, e.Before
		patch = append(patch, e.operations()...)
	}
	return patch
}

// parents returns the paths of the objects to be tested, sorted.
func parents(edits []Edit) []string {
	var paths []string
	for _, e := range edits {
		if parent := e.Parent(); e.FillsGap() && parent != "" {
			paths = append(paths, parent)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// Parent is the path of the value that contains the edited one; that of the whole
// document is empty.
func (e Edit) Parent() string { return e.Path[:max(strings.LastIndexByte(e.Path, '/'), 0)] }

// FillsGap reports whether the value was absent or null, so that no test can name it.
func (e Edit) FillsGap() bool { return IsNull(e.Before) }

// IsNull reports whether a value is absent or null.
func IsNull(value json.RawMessage) bool { return len(value) == 0 || string(value) == "null" }

func (e Edit) operations() Patch {
	switch {
	case e.FillsGap() && e.After == nil:
		return Patch{{Op: OpRemove, Path: e.Path}}
	case e.FillsGap(): // add replaces a null
		return Patch{{Op: OpAdd, Path: e.Path, Value: e.After}}
	case e.After == nil:
		return Patch{{Op: OpTest, Path: e.Path, Value: e.Before}, {Op: OpRemove, Path: e.Path}}
	default:
		return Patch{{Op: OpTest, Path: e.Path, Value: e.Before}, {Op: OpReplace, Path: e.Path, Value: e.After}}
	}
}

// IsGuarded reports whether a test covers everything that the patch writes. If not, the
// document has to be read again right before the patch is sent.
func (p Patch) IsGuarded() bool {
	tests := p.Tests()
	return !slices.ContainsFunc(p.WithoutTests(), func(op Operation) bool {
		return op.From != "" || !slices.ContainsFunc(tests, func(test Operation) bool { return test.covers(op) })
	})
}

// Writes reports whether the patch writes the value at a path, part of it, or an object
// around it.
func (p Patch) Writes(path string) bool {
	at := Operation{Path: path}
	return slices.ContainsFunc(p.WithoutTests(), func(op Operation) bool { return op.covers(at) || at.covers(op) })
}

// covers reports whether o is about the path of op, or about an object around it.
func (o Operation) covers(op Operation) bool {
	return o.Path == op.Path || strings.HasPrefix(op.Path, o.Path+"/")
}
