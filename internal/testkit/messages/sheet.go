// Package messages prints every text of the program that a user can read, so that
// an editor can read all of them from top to bottom.
package messages

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Sheet returns the messages in the Go files below root, in the order of packages,
// files and lines. Each is an example: its verbs are filled in.
func Sheet(root string) (string, error) {
	var sheet strings.Builder
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testkit" || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		found, err := inFile(name)
		if err != nil || len(found) == 0 {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(&sheet, "\n%s\n", filepath.ToSlash(rel))
		for _, message := range found {
			fmt.Fprintf(&sheet, "    %s\n", strings.ReplaceAll(strings.TrimRight(message, "\n"), "\n", "\n    | "))
		}
		return nil
	})
	return sheet.String(), err
}

// inFile returns the messages of one file.
func inFile(name string) ([]string, error) {
	source, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), path.Base(name), source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	c := collector{parts: map[ast.Node]bool{}}
	ast.Inspect(file, c.visit)
	return c.found, nil
}

// collector collects the messages of a file.
type collector struct {
	found []string
	// parts are nodes that belong to a message that was found, or to none.
	parts map[ast.Node]bool
}

func (c *collector) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec, *ast.Field:
		return false // struct tags hold no message
	case *ast.CallExpr:
		return c.call(n)
	case *ast.BinaryExpr:
		if text, isText := textOf(n); isText && !c.parts[n] {
			c.add(text, nil)
			return false
		}
	case *ast.BasicLit:
		if text, isText := textOf(n); isText && !c.parts[n] {
			c.add(text, nil)
		}
	}
	return true
}

// call collects the formats among the arguments of a call, filled with those behind.
func (c *collector) call(n *ast.CallExpr) bool {
	if isPattern(n.Fun) {
		return false
	}
	for i, arg := range n.Args {
		text, isText := textOf(arg)
		if !isText || !hasVerb(text) {
			continue
		}
		c.add(text, n.Args[i+1:])
		c.skip(arg)
		break
	}
	return true
}

func (c *collector) skip(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if n != nil {
			c.parts[n] = true
		}
		return true
	})
}

// isPattern reports whether a function takes a regular expression, or a path of JSON.
func isPattern(fun ast.Expr) bool {
	name := types.ExprString(fun)
	return strings.HasPrefix(name, "regexp.") || strings.HasPrefix(name, "template.") || name == "panic"
}

// textOf returns the text of a literal, or of several that are joined. Operands of
// which only the program knows the value are shown by their name.
func textOf(e ast.Expr) (text string, isText bool) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return textOf(e.X)
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		x, isX := textOf(e.X)
		y, isY := textOf(e.Y)
		if e.Op != token.ADD || !isX && !isY {
			return "", false
		}
		return operand(x, isX, e.X) + operand(y, isY, e.Y), true
	}
	return "", false
}

func operand(text string, isText bool, e ast.Expr) string {
	if isText {
		return text
	}
	return strings.ReplaceAll(example("v", e), "%", "%%")
}

var (
	verb  = regexp.MustCompile(`%[-+# 0]*(\*|\d+)?(\.\d+)?(?:\[(\d+)\])?([a-zA-Z%])`)
	words = regexp.MustCompile(`[A-Za-z]{2,}[,.:;)]* +\W*[A-Za-z%{]|[%}]\S* [A-Za-z]{2,}|[A-Za-z]{2,}:? %`)
)

func hasVerb(text string) bool { return verb.MatchString(text) }

// add adds a text that has words in it, with examples in place of its verbs.
func (c *collector) add(text string, args []ast.Expr) {
	if !words.MatchString(text) {
		return
	}
	next := 0
	c.found = append(c.found, verb.ReplaceAllStringFunc(text, func(v string) string {
		kind := v[len(v)-1:]
		if kind == "%" {
			return "%"
		}
		if at := verb.FindStringSubmatch(v)[3]; at != "" {
			next, _ = strconv.Atoi(at)
			next--
		}
		next++
		if next > len(args) {
			return v
		}
		return example(kind, args[next-1])
	}))
}

// example returns what an argument may look like.
func example(kind string, arg ast.Expr) string {
	if text, isText := textOf(arg); isText {
		return text
	}
	name := types.ExprString(arg)
	if call, isCall := arg.(*ast.CallExpr); isCall {
		name = types.ExprString(call.Fun)
	}
	name = name[strings.LastIndexAny(name, ".)]")+1:]
	value, isKnown := examples()[strings.ToLower(strings.TrimSuffix(name, "String"))]
	switch {
	case kind == "d" && !isKnown, name == "len":
		return "2"
	case !isKnown:
		value = "<" + name + ">"
	}
	if kind == "q" {
		return strconv.Quote(value)
	}
	return value
}

// examples are values by the names of variables, fields and functions.
func examples() map[string]string {
	const (
		name  = "va-denver"
		id    = "2c91808568c529c60168cca6f90c1313"
		file  = "clusters.yaml"
		err   = "connection reset by peer"
		field = "/configuration/gmtOffset"
	)
	return map[string]string{
		"name": name, "label": name, "key": "gmtOffset", "id": id, "path": file, "file": file, "dir": "./rehearsal", "source": file + ":12:7",
		"err": err, "error": err, "text": err, "reason": err, "method": "PATCH", "status": "503", "requestid": "9d1b5a",
		"field": field, "pointer": field, "column": "7", "line": "12", "org": "acme", "baseurl": "https://acme.api.identitynow.com", "host": "acme.api.identitynow.com",
		"action": "update", "flag": "prune", "command": "apply", "count": "2", "n": "2", "value": "7", "found": `"7"`, "expected": `"3"`, "want": `"3"`,
		"rate": "100/10s", "limit": "100", "wait": "3s", "delay": "3s", "duration": "3s", "now": "2026-11-26T09:00:00Z", "format": "markdown",
	}
}
