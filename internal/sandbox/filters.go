package sandbox

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clusterctl/internal/api"
)

// filter is a list of conditions that a listed cluster must all meet.
type filter []condition

// condition is one FIELD eq "VALUE".
type condition struct{ field, value string }

// filterFields returns the fields that can be compared.
func filterFields() []string { return []string{"operational", "name", "type", "status"} }

// parseFilter reads the grammar
//
//	filter    = condition *( "and" condition )
//	condition = field "eq" value
//	value     = DQUOTE *( any but \ and DQUOTE | "\" any ) DQUOTE | "true" | "false"
//
// with words separated by white space. An empty text is an empty filter.
func parseFilter(s string) (filter, error) {
	words, err := filterWords(s)
	if err != nil || len(words) == 0 {
		return nil, err
	}
	var f filter
	for {
		if len(words) < 3 {
			return nil, fmt.Errorf("incomplete condition (use FIELD eq %q)", "VALUE")
		}
		c, err := parseCondition(words[0], words[1], words[2])
		if err != nil {
			return nil, err
		}
		f = append(f, c)
		if words = words[3:]; len(words) == 0 {
			return f, nil
		}
		if words[0] != (word{text: "and"}) {
			return nil, fmt.Errorf("expected the word and between conditions, found %q", words[0].text)
		}
		words = words[1:]
	}
}

func parseCondition(field, operator, value word) (condition, error) {
	switch {
	case field.quoted || !slices.Contains(filterFields(), field.text):
		return condition{}, fmt.Errorf("cannot filter by field %q (use one of %s)", field.text, strings.Join(filterFields(), ", "))
	case operator != word{text: "eq"}:
		return condition{}, fmt.Errorf("operator %q is not supported for %s (use eq)", operator.text, field.text)
	case field.text == "operational":
		if value.text != "true" && value.text != "false" {
			return condition{}, fmt.Errorf("%q is not a value of operational (use true or false)", value.text)
		}
	case !value.quoted:
		return condition{}, fmt.Errorf("value %s is not in double quotes", value.text)
	}
	return condition{field.text, value.text}, nil
}

// word is a piece of a filter.
type word struct {
	text   string
	quoted bool
}

func filterWords(s string) ([]word, error) {
	var words []word
	for s = strings.TrimLeft(s, " \t"); s != ""; s = strings.TrimLeft(s, " \t") {
		if s[0] != '"' {
			end := strings.IndexAny(s, " \t\"")
			if end < 0 {
				end = len(s)
			}
			words, s = append(words, word{text: s[:end]}), s[end:]
			continue
		}
		text, rest, err := quotedText(s[1:])
		if err != nil {
			return nil, err
		}
		words, s = append(words, word{text: text, quoted: true}), rest
	}
	return words, nil
}

// quotedText reads up to the closing quote, and returns the text and the rest.
func quotedText(s string) (text, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], nil
		case '\\':
			if i++; i == len(s) {
				return "", "", errUnclosed()
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", errUnclosed()
}

func errUnclosed() error { return errors.New("unclosed double quote") }

// filterable has the fields that a filter can compare.
type filterable struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Status      string `json:"status"`
	Operational bool   `json:"operational"`
}

// matches reports whether a cluster's document meets the filter.
func (f filter) matches(doc []byte) (bool, error) {
	if len(f) == 0 {
		return true, nil
	}
	fields, err := api.ParseFields(doc)
	if err != nil {
		return false, fmt.Errorf("stored cluster: %w", err)
	}
	operational := fields.Bool("operational")
	c := filterable{fields.Text("name"), fields.Text("type"), fields.Text("status"), operational != nil && *operational}
	return !slices.ContainsFunc(f, func(condition condition) bool { return !condition.holds(c) }), nil
}

// holds reports whether a cluster meets the condition. It ignores the case of names, as the real
// tenant does.
func (c condition) holds(f filterable) bool {
	switch c.field {
	case "name":
		return strings.EqualFold(f.Name, c.value)
	case "type":
		return f.Type == c.value
	case "status":
		return f.Status == c.value
	}
	return strconv.FormatBool(f.Operational) == c.value
}
