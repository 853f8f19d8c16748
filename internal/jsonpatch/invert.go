package jsonpatch

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Invert returns the guarded patch that takes a guarded patch back. Each
// replace and remove must stand behind its test, as Diff makes them: that is
// where the value to go back to is known from.
func (p Patch) Invert() (Patch, error) {
	inverse := Patch{}
	for i, op := range slices.Backward(p) {
		switch op.Op {
		case OpTest:
			continue
		case OpAdd:
			inverse = append(inverse,
				Operation{Op: OpTest, Path: op.Path, Value: op.Value},
				Operation{Op: OpRemove, Path: op.Path})
			continue
		}
		before, err := p.guardOf(i)
		if err != nil {
			return nil, err
		}
		switch op.Op {
		case OpReplace:
			inverse = append(inverse,
				Operation{Op: OpTest, Path: op.Path, Value: op.Value},
				Operation{Op: OpReplace, Path: op.Path, Value: before})
		case OpRemove:
			inverse = append(inverse, Operation{Op: OpAdd, Path: op.Path, Value: before})
		}
	}
	return inverse, nil
}

// guardOf is the value that the test in front of operation i names.
func (p Patch) guardOf(i int) (value json.RawMessage, err error) {
	if i == 0 || p[i-1].Op != OpTest || p[i-1].Path != p[i].Path {
		return nil, fmt.Errorf("operation %d, %s %q: no test in front of it tells the value to go back to", i, p[i].Op, p[i].Path)
	}
	return p[i-1].Value, nil
}
