package planner_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// drawnRow is a row of a table in a comment.
type drawnRow struct {
	key     string
	becomes string
	text    string
}

func (r drawnRow) String() string { return r.text }

// drawnTable reads the table in the comment of a function. Rows are indented, start with
// a key such as P3 and end with the outcome. At least two spaces separate the columns.
func drawnTable(t *testing.T, file, function string) map[string]drawnRow {
	t.Helper()
	key := regexp.MustCompile(`^[A-Z][0-9]+$`)
	between := regexp.MustCompile(` {2,}`)
	rows := map[string]drawnRow{}
	for line := range strings.Lines(docOf(t, file, function)) {
		text, indented := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "\t")
		columns := between.Split(text, -1)
		if !indented || !key.MatchString(columns[0]) {
			continue
		}
		row := drawnRow{key: columns[0], becomes: columns[len(columns)-1], text: text}
		if _, twice := rows[row.key]; twice {
			t.Errorf("%s: the table at %s draws %s twice", file, function, row.key)
		}
		rows[row.key] = row
	}
	if len(rows) == 0 {
		t.Fatalf("%s: no table at %s", file, function)
	}
	return rows
}

// docOf returns the comment of a function or method.
func docOf(t *testing.T, file, function string) string {
	t.Helper()
	source, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range source.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == function {
			return f.Doc.Text()
		}
	}
	t.Fatalf("%s: no function %s", file, function)
	return ""
}

// checkKeys checks that a table and its tests have the same keys.
func checkKeys[T any](t *testing.T, drawn map[string]drawnRow, tests map[string]T) {
	t.Helper()
	for _, key := range slices.Sorted(maps.Keys(drawn)) {
		if _, ok := tests[key]; !ok {
			t.Errorf("no test has this row of the drawn table: %s", drawn[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(tests)) {
		if _, ok := drawn[key]; !ok {
			t.Errorf("the drawn table has no row %s, but a test has", key)
		}
	}
}

// together returns the union of maps without common keys.
func together[T any](parts ...map[string]T) map[string]T {
	all := map[string]T{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}
