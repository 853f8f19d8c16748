package desired

import (
	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
)

const (
	// schemaDialect is the version of JSON Schema that Schema uses.
	schemaDialect = "https://json-schema.org/draft/2020-12/schema"
	schemaID      = "urn:clusterctl:desired-state:1"

	notBlank = `\S`
	// percentPattern matches the percentages that policy.ParseLimit accepts.
	percentPattern = `^(100|[1-9]?[0-9])%$`
	// globPattern matches what ParseGlob accepts, but does not check the order in ranges.
	globPattern = `^([^\[]|\[[^\]]+\])*$`
	// instantPattern matches RFC 3339, but does not check the number of days in a month.
	instantPattern = `^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$`
)

// Schema returns the JSON Schema of desired-state files, derived from the tables that
// Load uses. Both accept the same files, except for what a schema cannot check: see
// docs/reference/desired-state.md.
func Schema() []byte {
	const about = "The desired state of the managed clusters of a SailPoint tenant. Fields that are left out are not managed."
	s := schema("$schema", schemaDialect, "$id", schemaID, "title", "clusterctl desired state")
	s.Content = append(s.Content, objectOf(about, fileFields()).schema().Content...)
	variable := schema("description", "A value that contains a variable: ${NAME} or ${NAME:-default}.", "type", "string", "pattern", `\$\{`)
	s.Content = append(s.Content, schema("$defs", schema("variable", variable)).Content...)
	return layout.JSON(s)
}

// schema returns a JSON object of alternating keys and values. A key with an empty
// value (nil, "", an empty list or object) is left out.
func schema(pairs ...any) *yaml.Node {
	var m mapping
	for i := 0; i+1 < len(pairs); i += 2 {
		key, _ := pairs[i].(string)
		if value := schemaValue(pairs[i+1]); value != nil && (value.Kind == yaml.ScalarNode || len(value.Content) > 0) {
			m.add(key, value)
		}
	}
	return &yaml.Node{Kind: yaml.MappingNode, Content: m}
}

func schemaValue(v any) *yaml.Node {
	switch v := v.(type) {
	case nil:
		return nil
	case *yaml.Node:
		return v
	case []*yaml.Node:
		return &yaml.Node{Kind: yaml.SequenceNode, Content: v}
	case string:
		if v == "" {
			return nil
		}
	case *int:
		if v == nil {
			return nil
		}
	}
	var n yaml.Node
	if err := n.Encode(v); err != nil {
		return nil // cannot happen: the tables contain only values that can be encoded
	}
	return &n
}

// never returns the schema that no value satisfies.
func never() *yaml.Node { return plain("!!bool", "false") }

func anyOf(schemas ...*yaml.Node) *yaml.Node { return schema("anyOf", schemas) }

func orVariable(pairs ...any) *yaml.Node {
	return anyOf(schema(pairs...), schema("$ref", "#/$defs/variable"))
}

// schema returns the form as a JSON Schema.
func (f form) schema() *yaml.Node {
	s := schema("description", f.about)
	s.Content = append(s.Content, f.shape().Content...)
	s.Content = append(s.Content, schema("default", f.fallback, "examples", f.examples).Content...)
	return s
}

func (f form) shape() *yaml.Node {
	switch f.kind {
	case formText:
		if f.choices != nil {
			return anyOf(schema("enum", f.choiceValues()), schema(f.textPairs()...))
		}
		return schema(f.textPairs()...)
	case formGlob:
		return schema(append(f.textPairs(), "allOf", []*yaml.Node{schema("pattern", globPattern)})...)
	case formChoice:
		return orVariable("enum", f.choiceValues())
	case formInteger:
		return orVariable("type", "integer", "minimum", f.least, "maximum", f.most)
	case formLimit:
		return orVariable("anyOf", []*yaml.Node{
			schema("type", "integer", "minimum", 0), schema("type", "string", "pattern", percentPattern),
		})
	case formBoolean:
		return orVariable("type", "boolean")
	case formInstant:
		return orVariable("type", "string", "format", "date-time", "pattern", instantPattern)
	case formExtension:
		return schema()
	case formList:
		return schema("type", "array", "items", f.item.schema())
	case formFree:
		return schema("type", "object", "properties", f.keys(false),
			"propertyNames", schema("pattern", notBlank), "additionalProperties", f.item.schema())
	default:
		return schema("type", "object", "properties", f.keys(false), "patternProperties", f.keys(true),
			"additionalProperties", never(), "required", f.required, "allOf", f.conditions)
	}
}

// textPairs also allows numbers and booleans: the loader reads them as written.
func (f form) textPairs() []any {
	types, pattern := []string{"string", "number", "boolean"}, notBlank
	if f.nullable {
		types = append(types, "null")
	}
	if f.blank {
		pattern = ""
	}
	return []any{"type", types, "pattern", pattern}
}

func (f form) choiceValues() []any {
	var values []any
	for _, c := range f.choices {
		values = append(values, c)
	}
	if f.nullable {
		values = append(values, nil)
	}
	return values
}

// keys returns the schemas of the keys, or those of the extension prefixes.
func (f form) keys(extensions bool) *yaml.Node {
	var m mapping
	for _, p := range f.properties {
		switch isExtension := p.form.kind == formExtension; {
		case isExtension && extensions:
			m.add("^"+p.key, p.form.schema())
		case !isExtension && !extensions:
			m.add(p.key, p.form.schema())
		}
	}
	return m.node()
}

// absentHas rejects the keys that an absent cluster cannot have.
func absentHas(none []string) *yaml.Node {
	var refused mapping
	for _, key := range none {
		refused.add(key, never())
	}
	return schema("if", is("state", string(cluster.Absent)), "then", schema("properties", refused.node()))
}

func removeClientsNeedsAbsent() *yaml.Node {
	state := orVariable("const", string(cluster.Absent))
	return schema("if", is("removeClients", true),
		"then", schema("properties", schema("state", state), "required", []string{"state"}))
}

func excludeEachOther(a, b string) *yaml.Node {
	return schema("if", schema("required", []string{a}), "then", schema("properties", schema(b, never())))
}

// is matches an object in which a key has a value.
func is(key string, value any) *yaml.Node {
	return schema("properties", schema(key, schema("const", value)), "required", []string{key})
}
