package desired

import (
	"bytes"
	"encoding/json"
	"strconv"

	"clusterctl/internal/cluster"
)

const (
	// schemaDialect is the version of JSON Schema that Schema is written in.
	schemaDialect = "https://json-schema.org/draft/2020-12/schema"
	schemaID      = "urn:clusterctl:desired-state:1"

	notBlank = `\S`
	// globPattern is what ParseGlob takes, but for the order of a range's ends.
	globPattern = `^([^\[]|\[[^\]]+\])*$`
	// instantPattern is RFC 3339, but for the number of days that a month has.
	instantPattern = `^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$`
)

// Schema is the JSON Schema of the language, made of the tables that Load
// reads by. What one takes the other takes, but for what a schema cannot know:
// see docs/reference/desired-state.md.
func Schema() ([]byte, error) {
	root := objectOf("What a SailPoint tenant's managed clusters are to be. A field that is not written is not managed.", fileFields()).schema()
	root.Dialect, root.ID, root.Title = schemaDialect, schemaID, "clusterctl desired state"
	root.Definitions = properties{{"variable", &schema{
		Description: "A value that a variable is part of: ${NAME}, or ${NAME:-default}.",
		Type:        types{"string"},
		Pattern:     `\$\{`,
	}}}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(root)
	return out.Bytes(), err
}

// schema is a JSON Schema, with the keywords that this language needs.
type schema struct {
	Dialect     string     `json:"$schema,omitempty"`
	ID          string     `json:"$id,omitempty"`
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description,omitempty"`
	Ref         string     `json:"$ref,omitempty"`
	Type        types      `json:"type,omitempty"`
	Format      string     `json:"format,omitempty"`
	Const       any        `json:"const,omitempty"`
	Enum        []any      `json:"enum,omitempty"`
	Pattern     string     `json:"pattern,omitempty"`
	Minimum     *int       `json:"minimum,omitempty"`
	Maximum     *int       `json:"maximum,omitempty"`
	Items       *schema    `json:"items,omitempty"`
	Properties  properties `json:"properties,omitempty"`
	Patterns    properties `json:"patternProperties,omitempty"`
	Names       *schema    `json:"propertyNames,omitempty"`
	Others      *schema    `json:"additionalProperties,omitempty"`
	Required    []string   `json:"required,omitempty"`
	If          *schema    `json:"if,omitempty"`
	Then        *schema    `json:"then,omitempty"`
	AllOf       []*schema  `json:"allOf,omitempty"`
	AnyOf       []*schema  `json:"anyOf,omitempty"`
	Default     any        `json:"default,omitempty"`
	Examples    []any      `json:"examples,omitempty"`
	Definitions properties `json:"$defs,omitempty"`

	// never is the schema that nothing satisfies.
	never bool
}

// MarshalJSON writes the schema that nothing satisfies as false.
func (s schema) MarshalJSON() ([]byte, error) {
	if s.never {
		return []byte("false"), nil
	}
	type plain schema
	return marshal(plain(s))
}

// types is one type, or a list of them.
type types []string

// MarshalJSON writes a single type without a list around it.
func (t types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return marshal(t[0])
	}
	return marshal([]string(t))
}

// properties are named schemas in an order of their own.
type properties []namedSchema

type namedSchema struct {
	name   string
	schema *schema
}

// MarshalJSON writes an object whose keys keep their order.
func (p properties) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, n := range p {
		if i > 0 {
			out = append(out, ',')
		}
		key, err := marshal(n.name)
		if err != nil {
			return nil, err
		}
		value, err := marshal(n.schema)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, key...), ':'), value...)
	}
	return append(out, '}'), nil
}

// marshal leaves < and > as they are.
func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// schema is the form as a JSON Schema.
func (f form) schema() *schema {
	s := f.shape()
	s.Description, s.Default, s.Examples = f.about, f.defaultValue(), f.examples
	return s
}

func (f form) shape() *schema {
	switch f.kind {
	case formText:
		return f.textShape()
	case formGlob:
		s := f.textShape()
		s.AllOf = []*schema{{Pattern: globPattern}}
		return s
	case formChoice:
		return orVariable(&schema{Enum: f.choiceValues()})
	case formInteger:
		return orVariable(&schema{Type: types{"integer"}, Minimum: &f.least, Maximum: f.most})
	case formBoolean:
		return orVariable(&schema{Type: types{"boolean"}})
	case formInstant:
		return orVariable(&schema{Type: types{"string"}, Format: "date-time", Pattern: instantPattern})
	case formExtension:
		return &schema{}
	case formList:
		return &schema{Type: types{"array"}, Items: f.item.schema()}
	case formFree:
		return &schema{
			Type: types{"object"}, Properties: f.propertySchemas(),
			Names: &schema{Pattern: notBlank}, Others: f.item.schema(),
		}
	default:
		return &schema{
			Type: types{"object"}, Properties: f.propertySchemas(), Patterns: f.extensionSchemas(), Others: &schema{never: true},
			Required: f.required, AllOf: f.conditions,
		}
	}
}

// textShape takes what YAML has for numbers and booleans too: the loader takes
// it as it is spelled.
func (f form) textShape() *schema {
	s := &schema{Type: types{"string", "number", "boolean"}}
	if f.nullable {
		s.Type = append(s.Type, "null")
	}
	if !f.blank {
		s.Pattern = notBlank
	}
	if len(f.choices) == 0 {
		return s
	}
	return &schema{AnyOf: []*schema{{Enum: f.choiceValues()}, s}}
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

func (f form) propertySchemas() properties {
	var all properties
	for _, p := range f.properties {
		if p.form.kind != formExtension {
			all = append(all, namedSchema{p.key, p.form.schema()})
		}
	}
	return all
}

func (f form) extensionSchemas() properties {
	var all properties
	for _, p := range f.properties {
		if p.form.kind == formExtension {
			all = append(all, namedSchema{"^" + p.key, p.form.schema()})
		}
	}
	return all
}

func (f form) defaultValue() any {
	switch {
	case f.fallback == "":
		return nil
	case f.kind == formBoolean:
		return f.fallback == "true"
	case f.kind == formInteger:
		if i, err := strconv.Atoi(f.fallback); err == nil {
			return i
		}
	}
	return f.fallback
}

func variable() *schema { return &schema{Ref: "#/$defs/variable"} }

func orVariable(s *schema) *schema { return &schema{AnyOf: []*schema{s, variable()}} }

// absentHas refuses the keys of a cluster that is to be gone.
func absentHas(none []string) *schema {
	refused := make(properties, 0, len(none))
	for _, key := range none {
		refused = append(refused, namedSchema{key, &schema{never: true}})
	}
	return &schema{If: is("state", string(cluster.Absent)), Then: &schema{Properties: refused}}
}

func removeClientsNeedsAbsent() *schema {
	state := orVariable(&schema{Const: string(cluster.Absent)})
	return &schema{
		If:   is("removeClients", true),
		Then: &schema{Properties: properties{{"state", state}}, Required: []string{"state"}},
	}
}

func excludeEachOther(a, b string) *schema {
	return &schema{
		If:   &schema{Required: []string{a}},
		Then: &schema{Properties: properties{{b, &schema{never: true}}}},
	}
}

// is holds of an object in which a key has a value.
func is(key string, value any) *schema {
	return &schema{Properties: properties{{key, &schema{Const: value}}}, Required: []string{key}}
}
