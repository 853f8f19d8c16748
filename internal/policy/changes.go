package policy

import (
	"reflect"
	"slices"
)

// ChangesFrom names what differs from another policy: its keys, and each rule that was
// removed, changed or added. It is empty if the policies are equal.
func (p Policy) ChangesFrom(from Policy) []string {
	p, from = p.inOrder(), from.inOrder()
	var changes []string
	for _, field := range []struct {
		key     string
		differs bool
	}{
		{"prune", p.Prune != from.Prune},
		{"scope", !reflect.DeepEqual(p.Scope, from.Scope)},
		{"ignore", !reflect.DeepEqual(p.Ignore, from.Ignore)},
		{"protect", !reflect.DeepEqual(p.Protect, from.Protect)},
		{"maxDeletes", !reflect.DeepEqual(p.MaxDeletes, from.MaxDeletes)},
		{"maxUpdates", !reflect.DeepEqual(p.MaxUpdates, from.MaxUpdates)},
		{"allowSimilarNames", p.AllowSimilarNames != from.AllowSimilarNames},
		{"allow", !slices.Equal(p.Allow, from.Allow)},
	} {
		if field.differs {
			changes = append(changes, field.key)
		}
	}
	return append(changes, ruleChanges(p.Rules, from.Rules)...)
}

func ruleChanges(rules, from []Rule) (changes []string) {
	if slices.Equal(rules, from) {
		return nil
	}
	for _, old := range from {
		switch i := slices.IndexFunc(rules, func(r Rule) bool { return r.Name == old.Name }); {
		case i < 0:
			changes = append(changes, "rule "+old.Name+" removed")
		case rules[i] != old:
			changes = append(changes, "rule "+old.Name+" changed")
		}
	}
	for _, rule := range rules {
		if !slices.ContainsFunc(from, func(r Rule) bool { return r.Name == rule.Name }) {
			changes = append(changes, "rule "+rule.Name+" added")
		}
	}
	if changes == nil {
		changes = []string{"the order of rules"}
	}
	return changes
}
