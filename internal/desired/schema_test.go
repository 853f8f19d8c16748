package desired

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
)

// TestSchemaGolden makes changes to the schema visible in review.
func TestSchemaGolden(t *testing.T) {
	t.Parallel()
	got := Schema()
	const golden = "testdata/schema.golden.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("differs from %s (-want +got):\n%s", golden, diff)
	}
}

// compileSchema checks the schema against the metaschema of its draft, and compiles it.
func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data := Schema()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(schemaID, document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile(schemaID)
	if err != nil {
		t.Fatal(err)
	}
	if got := compiled.DraftVersion; got != 2020 {
		t.Fatalf("draft %d, want 2020", got)
	}
	return compiled
}

// loaderOnly returns the codes that a schema cannot check: they are about the text instead
// of the values, about several places, or about something outside the file.
func loaderOnly() []Code {
	return []Code{
		// The text.
		layout.FileTooLarge, layout.InvalidCharacter, layout.SyntaxError, layout.UnknownAnchor, layout.AliasCycle,
		layout.AliasExpansion, layout.TooDeep, codeDuplicateKey, codeBadNumber,
		// Several places. Only one document of a file must have the version.
		codeMissingVersion, layout.EmptyFile, codeStatedTwice, codeTenantConflict, codePolicyConflict, codeDuplicateName,
		codeDuplicateID, codeRenamedFromTaken, codeEmptyClusters,
		// In an expression.
		codeDenied, codeBadExpression, codeDuplicateRule,
		// Outside the file: variables and the calendar.
		codeUndefinedVariable, codeBadVariable, codeBadExpiration,
		// Any type but a misspelled one.
		codeMisspelledType,
	}
}

// onlyTheLoaderKnows returns the invalid files of the corpus whose error a schema can
// usually detect, but not in that file.
func onlyTheLoaderKnows() map[string]string {
	return map[string]string{
		"state-variable":        "what a variable stands for",
		"variable-not-a-number": "what a variable stands for",
	}
}

// TestSchemaAgreesWithLoad checks that the schema and the loader accept the same files,
// except for what only the loader can check.
func TestSchemaAgreesWithLoad(t *testing.T) {
	t.Parallel()
	compiled := compileSchema(t)
	for _, dir := range []string{"valid", "invalid"} {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			eachCase(t, dir, func(t *testing.T, path string) {
				inputs := readCase(t, path)
				_, found := Load(inputs, corpusOptions())
				refusal := validate(compiled, inputs)
				switch {
				case !found.HasErrors() && refusal != nil:
					t.Errorf("the loader accepts it, the schema does not: %v", refusal)
				case found.HasErrors() && refusal == nil && !onlyLoader(t, found):
					t.Errorf("the schema accepts it, the loader does not:\n%s", listing(found.Errors()))
				}
			})
		})
	}
}

func onlyLoader(t *testing.T, found Diagnostics) bool {
	_, file, _ := strings.Cut(t.Name(), "valid/")
	if _, ok := onlyTheLoaderKnows()[file]; ok {
		return true
	}
	for _, d := range found.Errors() {
		if !slices.Contains(loaderOnly(), d.Code) {
			return false
		}
	}
	return true
}

// TestLoaderOnlyIsDocumented checks that the documentation has all codes of loaderOnly.
func TestLoaderOnlyIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/reference/desired-state.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range loaderOnly() {
		if !bytes.Contains(text, []byte("`"+code+"`")) {
			t.Errorf("%s is not named in docs/reference/desired-state.md", code)
		}
	}
}

// TestSchemaPatternsAgree compares the patterns of the schema with the parsers.
func TestSchemaPatternsAgree(t *testing.T) {
	t.Parallel()
	compiled := compileSchema(t)
	for _, pattern := range []string{"a", "*", "?", "[a]", "[a-z]*", "[!a]", "[!]", "[^]", "[]", "[", "[a", "a]", "[[]", "]", "[a][", "é"} {
		_, err := cluster.ParseGlob(pattern)
		in := fmt.Sprintf("version: 1\npolicy: {scope: {names: [%q]}}\n", pattern)
		if refusal := validate(compiled, []Input{{Data: []byte(in)}}); (refusal == nil) != (err == nil) {
			t.Errorf("glob %q: schema %v, loader %v", pattern, refusal, err)
		}
	}
	for _, instant := range []string{
		"2026-11-23T18:00:00Z", "2026-11-23T18:00:00.123+01:00", "2026-11-23T18:00:00-12:30", "2026-11-23t18:00:00Z", "2026-11-23T18:00:00z", "2026-11-23t18:00:00.5z", "2026-11-23t18:00:00",
		"2026-11-23T18:00Z", "2026-11-23 18:00:00Z", "2026-11-23T24:00:00Z", "2026-13-23T18:00:00Z", "2026-11-23T18:00:60Z",
		"2026-11-23T18:00:00+24:00", "2026-11-23T18:00:00,5Z", "2026-11-23T1:00:00Z", "2026-11-23T18:00:00", "26-11-23T18:00:00Z", "", "soon",
	} {
		_, ok := ParseTime(instant)
		in := fmt.Sprintf("version: 1\nclusters: [{name: a, logConfig: {rootLevel: INFO, expiration: %q}}]\n", instant)
		if refusal := validate(compiled, []Input{{Data: []byte(in)}}); (refusal == nil) != ok {
			t.Errorf("instant %q: schema %v, loader %t", instant, refusal, ok)
		}
	}
}

// validate validates each document of each input with the schema.
func validate(compiled *jsonschema.Schema, inputs []Input) error {
	for _, input := range inputs {
		r := newReader(input, corpusOptions().Now)
		roots, complete := r.source.Parse(leastFile)
		if !complete {
			return fmt.Errorf("not trees: %v", r.findings())
		}
		for _, root := range roots {
			instance, err := asJSON(root)
			if err != nil {
				return err
			}
			if err := compiled.Validate(instance); err != nil {
				return err
			}
		}
	}
	return nil
}

// asJSON returns a document as a YAML language server sees it: aliases and merge keys
// resolved, times as strings.
func asJSON(n *yaml.Node) (any, error) {
	n = layout.Resolve(n)
	switch n.ShortTag() {
	case "!!map":
		return mapAsJSON(n)
	case "!!seq":
		list := []any{}
		for _, child := range n.Content {
			item, err := asJSON(child)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		return list, nil
	case "!!str", "!!timestamp", "!!merge":
		return n.Value, nil
	case "!!null", "!!bool", "!!int", "!!float":
		var v any
		err := n.Decode(&v)
		return v, err
	default:
		return nil, fmt.Errorf("tag %s has no JSON", n.Tag)
	}
}

func mapAsJSON(n *yaml.Node) (any, error) {
	if n.Kind != yaml.MappingNode {
		return nil, errors.New("a map that is none")
	}
	r := &reader{}
	entries, _ := r.entries(value{node: n})
	object := make(map[string]any, len(entries))
	for _, e := range entries {
		v, err := asJSON(e.value)
		if err != nil {
			return nil, err
		}
		object[e.name] = v
	}
	if wrong := slices.ContainsFunc(r.found, func(d Diagnostic) bool { return d.Code == layout.WrongType }); wrong {
		return nil, errors.New("not a map of strings")
	}
	return object, nil
}
