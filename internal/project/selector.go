package project

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/spelling"
)

// Selector selects tenants: by name, by a pattern of names, or by a label.
type Selector struct {
	text  string
	names cluster.Glob // if it has no label
	label string
	value cluster.Glob
}

// ParseSelector parses NAME, GLOB or LABEL=VALUE. The value may be a pattern, too.
func ParseSelector(s string) (Selector, error) {
	label, value, isLabel := strings.Cut(s, "=")
	if !isLabel {
		names, err := cluster.ParseGlob(s)
		return Selector{text: s, names: names}, err
	}
	if label == "" || value == "" {
		return Selector{}, errors.New("expected a name, a pattern or label=value")
	}
	pattern, err := cluster.ParseGlob(value)
	return Selector{text: s, label: label, value: pattern}, err
}

// IsName reports whether the selector is the name of one tenant.
func (s Selector) IsName() bool { return s.label == "" && IsName(s.text) }

func (s Selector) picks(t Tenant) bool {
	if s.label == "" {
		return s.names.Match(t.Name)
	}
	value, ok := t.Labels[s.label]
	return ok && s.value.Match(value)
}

// Select returns the tenants that any of the selectors picks, sorted by name. A selector that
// picks none is an error, because it is most likely mistyped.
func (p Project) Select(selectors []Selector) ([]Tenant, error) {
	var selected []Tenant
	for _, s := range selectors {
		if !slices.ContainsFunc(p.Tenants, s.picks) {
			return nil, p.noneFor(s)
		}
	}
	for _, t := range p.Tenants {
		if slices.ContainsFunc(selectors, func(s Selector) bool { return s.picks(t) }) {
			selected = append(selected, t)
		}
	}
	return selected, nil
}

// mostNamed is how many tenants an error names.
const mostNamed = 10

func (p Project) noneFor(s Selector) error {
	names := p.Names()
	if near, ok := spelling.Nearest(s.text, names); ok {
		return fmt.Errorf("no tenant matches %q (did you mean %q?)", s.text, near)
	}
	if more := len(names) - mostNamed; more > 0 {
		names = append(names[:mostNamed], fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("no tenant matches %q (the project has %s)", s.text, strings.Join(names, ", "))
}
