package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// starter is the one package that starts goroutines: a panic in another one would
// end the program with exit code 2, which is drift.
const starter = "internal/crash"

// goroutineStarts finds where a source file starts a goroutine: by a statement, or
// by a function of the standard library. The file is read from disk where src is
// nil.
func goroutineStarts(name string, src any) ([]string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	starts := map[[2]string]bool{
		{localName(file, "time"), "AfterFunc"}:                         true,
		{localName(file, "context"), "AfterFunc"}:                      true,
		{localName(file, "sync"), "WaitGroup"}:                         true,
		{localName(file, "golang.org/x/sync/errgroup"), "Group"}:       true,
		{localName(file, "golang.org/x/sync/errgroup"), "WithContext"}: true,
	}
	var found []string
	at := func(n ast.Node, what string) {
		found = append(found, fmt.Sprintf("%s: %s: start goroutines with %s, which catches panics", files.Position(n.Pos()), what, starter))
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			at(n, "go statement")
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name != "" && starts[[2]string{x.Name, n.Sel.Name}] {
				at(n, x.Name+"."+n.Sel.Name)
			}
		}
		return true
	})
	return found, nil
}

func TestEveryGoroutineCatchesPanics(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		if p.name() == starter {
			continue
		}
		for _, file := range p.GoFiles {
			found, err := goroutineStarts(filepath.Join(p.Dir, file), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, start := range found {
				t.Error(start)
			}
		}
	}
}

func TestGoroutineStartsFindsAll(t *testing.T) {
	t.Parallel()
	const remedy = ": start goroutines with internal/crash, which catches panics"
	tests := []struct {
		name, src string
		want      []string
	}{
		{"none", "package p\nimport \"time\"\nvar d = time.Second", nil},
		{"statement", "package p\nfunc f() {\n\tgo f()\n}", []string{"p.go:3:2: go statement" + remedy}},
		{"timer", "package p\nimport \"time\"\nvar t = time.AfterFunc(1, nil)", []string{"p.go:3:9: time.AfterFunc" + remedy}},
		{"context", "package p\nimport \"context\"\nvar t = context.AfterFunc(nil, nil)", []string{"p.go:3:9: context.AfterFunc" + remedy}},
		{"wait group", "package p\nimport \"sync\"\nvar g sync.WaitGroup", []string{"p.go:3:7: sync.WaitGroup" + remedy}},
		{"group", "package p\nimport \"golang.org/x/sync/errgroup\"\nvar g errgroup.Group", []string{"p.go:3:7: errgroup.Group" + remedy}},
		{"under another name", "package p\nimport eg \"golang.org/x/sync/errgroup\"\nvar g, _ = eg.WithContext(nil)", []string{"p.go:3:12: eg.WithContext" + remedy}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			found, err := goroutineStarts("p.go", tt.src)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, found); diff != "" {
				t.Error(diff)
			}
		})
	}
}
