package script

import (
	"bytes"
	"fmt"
	"strings"

	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func validCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] valid plan|receipt FILE")
	}
	if err := Valid(args[0], ts.ReadFile(args[1])); (err != nil) != neg {
		ts.Fatalf("%s: valid: %t, %v", args[1], !neg, err)
	}
}

// Valid validates a document against the schema that the program prints: a plan as a whole, a
// receipt line by line.
func Valid(what, content string) error {
	schema, err := compiledSchema(what)
	if err != nil {
		return err
	}
	documents := []string{content}
	if what == "receipt" {
		documents = strings.Split(strings.TrimSuffix(content, "\n"), "\n")
	}
	for i, document := range documents {
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
		if err == nil {
			err = schema.Validate(instance)
		}
		if err != nil {
			return fmt.Errorf("document %d: %w", i+1, err)
		}
	}
	return nil
}

func compiledSchema(what string) (*jsonschema.Schema, error) {
	text := planner.Schema()
	if what == "receipt" {
		text = receipt.Schema()
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	const url = "https://example.com/schema.json" // a path would be resolved in the working directory
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(url, document); err != nil {
		return nil, err
	}
	return c.Compile(url)
}
