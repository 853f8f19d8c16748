package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// mutants returns every change that can be made, whether or not it compiles, in
// the order of the source.
func (s *source) mutants() []mutant {
	var found []mutant
	for i, file := range s.syntax {
		f := finder{source: s, file: i}
		ast.PreorderStack(file, nil, f.visit)
		found = append(found, f.found...)
	}
	return found
}

// finder finds what can be changed in one file.
type finder struct {
	*source
	file  int
	found []mutant
}

func (f *finder) visit(n ast.Node, stack []ast.Node) bool {
	switch n := n.(type) {
	case *ast.IfStmt:
		f.negate(n.Cond)
	case *ast.ForStmt:
		f.negate(n.Cond)
	case *ast.SwitchStmt:
		f.negateCases(n)
	case *ast.BinaryExpr:
		f.swap(n.OpPos, n.Op)
	case *ast.AssignStmt:
		f.swap(n.TokPos, n.Tok)
	case *ast.IncDecStmt:
		f.swap(n.TokPos, n.Tok)
	case *ast.UnaryExpr:
		return n.Op != token.SUB // -1 is rarely a number: it stands for all, or for not found
	case *ast.BasicLit:
		f.increment(n)
	case *ast.BlockStmt:
		f.drop(n.List)
	case *ast.CaseClause:
		f.drop(n.Body)
	case *ast.CommClause:
		f.drop(n.Body)
	case *ast.ReturnStmt:
		f.zero(n, stack)
	}
	return true
}

// negate negates a condition. For a == b and a != b, swap does the same.
func (f *finder) negate(cond ast.Expr) {
	if cond == nil {
		return
	}
	if b, ok := cond.(*ast.BinaryExpr); ok && (b.Op == token.EQL || b.Op == token.NEQ) {
		return
	}
	f.replace(condition, cond.Pos(), cond.End(), "!("+f.textOf(cond)+")")
}

// negateCases negates the conditions of a switch without a tag.
func (f *finder) negateCases(n *ast.SwitchStmt) {
	if n.Tag != nil {
		return
	}
	for _, clause := range n.Body.List {
		if clause, ok := clause.(*ast.CaseClause); ok {
			for _, cond := range clause.List {
				f.negate(cond)
			}
		}
	}
}

// swap replaces an operator by a similar one.
func (f *finder) swap(pos token.Pos, op token.Token) {
	similar := map[token.Token]token.Token{
		token.EQL: token.NEQ, token.NEQ: token.EQL,
		token.LSS: token.LEQ, token.LEQ: token.LSS,
		token.GTR: token.GEQ, token.GEQ: token.GTR,
		token.LAND: token.LOR, token.LOR: token.LAND,
		token.ADD: token.SUB, token.SUB: token.ADD,
		token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
		token.INC: token.DEC, token.DEC: token.INC,
	}
	if by, ok := similar[op]; ok {
		f.replace(operator, pos, pos+token.Pos(len(op.String())), by.String())
	}
}

// increment adds one to 0 and 1, which distinguish none, one and several.
func (f *finder) increment(lit *ast.BasicLit) {
	if by, ok := map[string]string{"0": "1", "1": "2"}[lit.Value]; ok {
		f.replace(constant, lit.Pos(), lit.End(), by)
	}
}

// drop drops each statement of a list.
func (f *finder) drop(list []ast.Stmt) {
	for _, stmt := range list {
		if isDroppable(stmt) {
			f.add(statement, f.edit(stmt.Pos(), stmt.End(), ""), f.edit(stmt.Pos(), stmt.End(), "if false { "+f.textOf(stmt)+" }"))
		}
	}
}

// isDroppable excludes declarations, statements with a block, and assignments to
// the blank identifier, which do nothing.
func isDroppable(stmt ast.Stmt) bool {
	switch stmt := stmt.(type) {
	case *ast.ExprStmt, *ast.IncDecStmt, *ast.DeferStmt, *ast.GoStmt, *ast.SendStmt, *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.AssignStmt:
		return stmt.Tok != token.DEFINE && types.ExprString(stmt.Lhs[0]) != "_"
	}
	return false
}

// replace adds a mutant that is made as it is shown.
func (f *finder) replace(kind kind, pos, end token.Pos, by string) {
	e := f.edit(pos, end, by)
	f.add(kind, e, e)
}

func (f *finder) add(kind kind, shown, made edit) {
	file := f.files.File(f.syntax[f.file].FileStart)
	f.found = append(f.found, mutant{
		kind: kind, path: file.Name(), file: f.file, line: file.Line(file.Pos(shown.start)),
		source: f.texts[f.file], shown: shown, made: made,
	})
}

func (f *finder) edit(pos, end token.Pos, by string) edit {
	file := f.files.File(pos)
	return edit{file.Offset(pos), file.Offset(end), by}
}

// textOf returns the source of a node.
func (f *finder) textOf(n ast.Node) string {
	e := f.edit(n.Pos(), n.End(), "")
	return string(f.texts[f.file][e.start:e.end])
}
