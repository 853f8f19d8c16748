package main

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// zero replaces each result of a return by its zero value. If one call gives
// several results, it replaces all of them.
func (f *finder) zero(n *ast.ReturnStmt, stack []ast.Node) {
	if len(n.Results) == 0 {
		return
	}
	zeros := f.zeros(f.enclosing(stack))
	if len(zeros) != len(n.Results) {
		f.returns(n, n.Results[0], strings.Join(zeros, ", "))
		return
	}
	for i, r := range n.Results {
		if f.textOf(r) != zeros[i] {
			f.returns(n, r, zeros[i])
		}
	}
}

// returns adds a mutant that returns something else in place of one result.
func (f *finder) returns(n *ast.ReturnStmt, r ast.Expr, by string) {
	text := f.textOf(n)
	shown, whole := f.edit(r.Pos(), r.End(), by), f.edit(n.Pos(), n.End(), "")
	changed := text[:shown.start-whole.start] + by + text[shown.end-whole.start:]
	f.add(result, shown, f.edit(n.Pos(), n.End(), "if true { "+changed+" }; "+text))
}

// enclosing returns the results of the innermost function of a stack.
func (f *finder) enclosing(stack []ast.Node) *ast.FieldList {
	for _, n := range slices.Backward(stack) {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n.Type.Results
		case *ast.FuncDecl:
			return n.Type.Results
		}
	}
	return nil
}

// zeros returns the zero value of each result of a function.
func (f *finder) zeros(results *ast.FieldList) []string {
	var zeros []string
	for _, field := range results.List {
		for range max(1, len(field.Names)) {
			zeros = append(zeros, f.zeroOf(field.Type))
		}
	}
	return zeros
}

func (f *finder) zeroOf(typ ast.Expr) string {
	t := f.info.TypeOf(typ)
	if _, ok := t.(*types.TypeParam); ok {
		return "*new(" + f.textOf(typ) + ")"
	}
	switch u := t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return f.textOf(typ) + "{}"
	case *types.Basic:
		return zeroOfBasic(u)
	}
	return "nil"
}

func zeroOfBasic(t *types.Basic) string {
	switch {
	case t.Info()&types.IsBoolean != 0:
		return "false"
	case t.Info()&types.IsString != 0:
		return `""`
	case t.Info()&types.IsNumeric != 0:
		return "0"
	}
	return "nil" // unsafe.Pointer
}
