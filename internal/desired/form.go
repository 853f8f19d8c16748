package desired

import (
	"strings"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/desired/layout"
)

// form describes the values that a key accepts. The JSON Schema and the canonical
// layout are derived from it. The readers check the same and more.
type form struct {
	kind     formKind
	about    string
	examples []any
	fallback any      // the default
	choices  []string // for formChoice; for formText: well-known values
	least    int
	most     *int
	nullable bool
	blank    bool // for formText: may be empty

	item       *form      // of a list, or of each value of a free map
	properties []property // of an object, or well-known keys of a free map
	required   []string
	conditions []*yaml.Node
}

// property is one key of an object.
type property struct {
	key  string
	form form
}

type formKind int

const (
	formText formKind = iota
	formChoice
	formInteger
	formLimit
	formBoolean
	formInstant
	formGlob
	formList
	formObject
	formFree      // a map with user-defined keys
	formExtension // for every key with the prefix in the table
)

func text(about string) form { return form{about: about} }

func choice(about string, choices ...string) form {
	return form{kind: formChoice, about: about, choices: choices}
}

func boolean(about string) form { return form{kind: formBoolean, about: about} }

func integer(about string, least int) form {
	return form{kind: formInteger, about: about, least: least}
}

func list(about string, item form) form { return form{kind: formList, about: about, item: &item} }

func free(about string, item form, known ...property) form {
	return form{kind: formFree, about: about, item: &item, properties: known}
}

// objectOf returns the form of the object that a table defines.
func objectOf[T any](about string, fields []field[T]) form {
	f := form{kind: formObject, about: about}
	for _, row := range fields {
		f.properties = append(f.properties, property{row.key, row.form})
	}
	return f
}

func (f form) like(examples ...any) form { f.examples = examples; return f }

func (f form) byDefault(value any) form { f.fallback = value; return f }

func (f form) known(values ...string) form { f.choices = values; return f }

func (f form) upTo(most int) form { f.most = &most; return f }

// orNull allows null and, for text, an empty string.
func (f form) orNull() form { f.nullable, f.blank = true, true; return f }

func (f form) needs(keys ...string) form { f.required = keys; return f }

func (f form) where(conditions ...*yaml.Node) form { f.conditions = conditions; return f }

// hasKey reports whether key matches the one in the table, for an extension by prefix.
func (f form) hasKey(inTable, key string) bool {
	return key == inTable || f.kind == formExtension && strings.HasPrefix(key, inTable)
}

// layout returns the part of a form that the canonical layout depends on.
func (f form) layout() layout.Form {
	kinds := map[formKind]layout.Kind{
		formText: layout.Textual, formChoice: layout.Textual, formGlob: layout.Textual,
		formList: layout.List, formObject: layout.Object, formFree: layout.Map,
	}
	out := layout.Form{Kind: kinds[f.kind]}
	for _, p := range f.properties {
		out.Keys = append(out.Keys, layout.Key{Name: p.key, IsPrefix: p.form.kind == formExtension, Form: p.form.layout()})
	}
	if f.item != nil {
		item := f.item.layout()
		out.Item = &item
	}
	return out
}
