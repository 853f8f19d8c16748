package planner_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"clusterctl/internal/planner"
)

func planSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(planner.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("plan.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("plan.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(schema *jsonschema.Schema, document string) error {
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		return err
	}
	return schema.Validate(instance)
}

func TestEveryPlanFollowsItsSchema(t *testing.T) {
	t.Parallel()
	schema := planSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		p := plan(t, desiredClusters().Draw(t, "desired"), liveClusters().Draw(t, "live"))
		if err := validate(schema, document(t, p)); err != nil {
			t.Fatalf("%v:\n%s", err, document(t, p))
		}
	})
}

func TestTheSchemaRefuses(t *testing.T) {
	t.Parallel()
	schema := planSchema(t)
	good := document(t, everyAction(t))
	if err := validate(schema, good); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{`"formatVersion":"1.1"`, `"formatVersion":"2.0"`},
		{`"formatVersion":"1.1",`, ``},
		{`"digest":"sha256:`, `"digest":"sha1:`},
		{`"action":"update"`, `"action":"erase"`},
		{`"id":"1",`, ``},
		{`"method":"PATCH"`, `"method":"GET"`},
		{`"path":"/configuration/gmtOffset"`, `"path":"configuration"`},
		{`"findings":[]`, `"findings":null`},
		{`"createdAt":"`, `"createdAt":"on `},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Errorf("the plan does not hold %s", change[0])
		}
		if validate(schema, bad) == nil {
			t.Errorf("valid with %s instead of %s", change[1], change[0])
		}
	}
}
