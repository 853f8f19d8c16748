package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
)

// clock are the functions of package time that ask for the present.
func clock() []string { return []string{"Now", "Since", "Until"} }

// clockReads finds where a source file asks for the present. The file is read
// from disk where src is nil.
func clockReads(name string, src any) ([]string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	local := localName(file, "time")
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && x.Name == local && slices.Contains(clock(), selector.Sel.Name) {
			found = append(found, fmt.Sprintf("%s: uses time.%s: the clock is a value that it is given",
				files.Position(selector.Pos()), selector.Sel.Name))
		}
		return true
	})
	return found, nil
}

// localName is what a file calls an imported package, "" where it does not
// import it.
func localName(file *ast.File, importPath string) string {
	for _, spec := range file.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err != nil || p != importPath {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(importPath)
	}
	return ""
}
