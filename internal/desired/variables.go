package desired

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
	"clusterctl/internal/spelling"
)

// environmentPrefix is the prefix of the environment variables that files can use. No
// other environment variable can get into a file.
const environmentPrefix = "CLUSTERCTL_VAR_"

// Variables are the values for ${NAME}. The first source that has a name wins.
type Variables struct {
	// Given are those of --var.
	Given map[string]string
	// Listed are those of --var-file.
	Listed map[string]string
	// Places are where the variables of --var-file are set.
	Places map[string]cluster.Source
	// Getenv reads the environment; nil means no environment. An empty value counts
	// as not set.
	Getenv func(string) string
}

func (v Variables) lookup(name string) (string, bool) {
	if s, ok := v.Given[name]; ok {
		return s, true
	}
	if s, ok := v.Listed[name]; ok {
		return s, true
	}
	if v.Getenv == nil {
		return "", false
	}
	s := v.Getenv(environmentPrefix + name)
	return s, s != ""
}

// hint returns the remedy for an undefined variable.
func (v Variables) hint(name string) string {
	known := append(slices.Collect(maps.Keys(v.Given)), slices.Collect(maps.Keys(v.Listed))...)
	slices.Sort(known)
	if near, ok := spelling.Nearest(name, known); ok {
		return "did you mean " + escape.Quote(near) + "?"
	}
	return "set it with --var " + name + "=VALUE, --var-file or " + environmentPrefix + name + ", or write ${" + name + ":-default}"
}

// isVariableName reports whether s has only letters, digits and _, with no digit first.
func isVariableName(s string) bool {
	for i, c := range s {
		switch {
		case c == '_', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case '0' <= c && c <= '9' && i > 0:
		default:
			return false
		}
	}
	return s != ""
}

// ParseVariable parses NAME=VALUE, the value of --var.
func ParseVariable(s string) (name, value string, err error) {
	name, value, found := strings.Cut(s, "=")
	switch {
	case !found:
		return "", "", errors.New("must be NAME=VALUE")
	case !isVariableName(name):
		return "", "", errors.New("invalid variable name (use letters, digits and _, with no digit first)")
	default:
		return name, value, nil
	}
}

// LoadVariables reads the inputs of --var-file. Each is a YAML map of names to scalars,
// which are used exactly as written. If several inputs define a name, the last one wins.
func LoadVariables(inputs []Input) (Variables, Diagnostics) {
	var found Diagnostics
	variables := Variables{Listed: map[string]string{}, Places: map[string]cluster.Source{}}
	for _, input := range inputs {
		r := newReader(input, time.Time{})
		documents, _ := r.source.Parse("NAME: VALUE, or {}")
		for _, document := range documents {
			r.readVariables(document, variables)
		}
		found = append(found, r.findings()...)
	}
	return variables, found
}

func (r *reader) readVariables(root *yaml.Node, into Variables) {
	entries, ok := r.entries(value{label: "a variables file", node: root})
	if !ok {
		return
	}
	for _, e := range entries {
		if !isVariableName(e.name) {
			r.fail(e.key, codeBadVariable, escape.Quote(e.name)+" is not a valid variable name", "use letters, digits and _, with no digit first")
			continue
		}
		if s, ok := r.text(value{label: "variable " + e.name, node: e.value}); ok {
			into.Listed[e.name] = s
			at := layout.PlaceOf(e.key)
			into.Places[e.name] = cluster.Source{File: r.file, Line: at.Line, Column: at.Column}
		}
	}
}

// unusedVariables warns about variables that are set for nothing: most likely, one of the
// names is mistyped.
func (l *loader) unusedVariables() (found Diagnostics) {
	used := map[string]bool{}
	for _, r := range l.readers {
		maps.Copy(used, r.used)
	}
	v := l.options.Variables
	names := slices.Concat(slices.Collect(maps.Keys(v.Given)), slices.Collect(maps.Keys(v.Listed)))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if used[name] {
			continue
		}
		d := Diagnostic{
			Severity: Warning, Code: codeUnusedVariable, Message: "variable " + escape.Quote(name) + " of --var is used in no file",
			Hint: suggestOr(name, slices.Sorted(maps.Keys(used)), "remove it, or use it as ${"+name+"}"),
		}
		if _, isGiven := v.Given[name]; !isGiven {
			at := v.Places[name]
			d.File, d.Line, d.Column = at.File, at.Line, at.Column
			d.Message = "variable " + escape.Quote(name) + " is used in no file"
		}
		found = append(found, d)
	}
	slices.SortStableFunc(found, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return found
}
