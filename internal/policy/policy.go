// Package policy decides which live clusters the files own, which of them must not be
// deleted, and how many may be changed at once. Every refusal is a text for the user.
package policy

import (
	"reflect"
	"slices"

	"clusterctl/internal/cluster"
)

// Policy is what the files say about live clusters that they do not declare, and about
// deletes. The zero value prunes nothing, owns all clusters except the system-managed
// ones, protects none and has no limit.
type Policy struct {
	// Prune deletes the live clusters that are owned but not declared.
	Prune bool
	// Scope selects the clusters that the files own; zero selects all.
	Scope Selector
	// Ignore selects the clusters that are left alone. If its Types are nil, they are the
	// system types.
	Ignore Selector
	// Protect selects the clusters that are never deleted, whatever asks for it.
	Protect Selector
	// MaxDeletes limits the deletes of one plan. If it is nil, only a plan that prunes
	// has a limit.
	MaxDeletes *Limit
	// MaxUpdates limits the updates of one plan. If it is nil, there is no limit.
	MaxUpdates *Limit
	// AllowSimilarNames allows creating and pruning clusters whose names look like those
	// of others; see cluster.Fold.
	AllowSimilarNames bool
	// Allow lists the codes of warnings that are silenced.
	Allow []string
	// Rules deny entries, changes and plans, in the order of the files.
	Rules []Rule
}

// Selector selects clusters by name or by type. A nil list is not set; an empty one is
// set and selects nothing.
type Selector struct {
	Names []cluster.Glob
	Types []string
}

// IsZero reports whether neither list is set.
func (s Selector) IsZero() bool { return s.Names == nil && s.Types == nil }

// Match reports whether the selector selects a cluster by its name or its type.
func (s Selector) Match(name, clusterType string) bool {
	return cluster.MatchAny(s.Names, name) || slices.Contains(s.Types, clusterType)
}

// Equal reports whether two policies mean the same. The order and repetition of list
// items do not matter, except of rules.
func (p Policy) Equal(other Policy) bool { return reflect.DeepEqual(p.inOrder(), other.inOrder()) }

func (p Policy) inOrder() Policy {
	for _, s := range []*Selector{&p.Scope, &p.Ignore, &p.Protect} {
		s.Names, s.Types = inOrder(s.Names), inOrder(s.Types)
	}
	p.Allow = append([]string{}, inOrder(p.Allow)...) // an empty list means the same as none
	if len(p.Rules) == 0 {
		p.Rules = nil
	}
	return p
}

func inOrder[T ~string](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// IsSystem reports whether clusters of a type are system-managed.
func IsSystem(clusterType string) bool { return slices.Contains(cluster.SystemTypes(), clusterType) }

// Ignores reports whether the policy leaves a live cluster alone.
func (p Policy) Ignores(name, clusterType string) bool {
	ignore := p.Ignore
	if ignore.Types == nil {
		ignore.Types = cluster.SystemTypes()
	}
	return ignore.Match(name, clusterType)
}

// Owns reports whether a live cluster is in scope and not ignored.
func (p Policy) Owns(name, clusterType string) bool {
	return !p.Ignores(name, clusterType) && (p.Scope.IsZero() || p.Scope.Match(name, clusterType))
}

// Disowned says why the files do not own a live cluster; it is empty if they do.
func (p Policy) Disowned(name, clusterType string) string {
	switch {
	case p.Ignores(name, clusterType) && IsSystem(clusterType):
		return ofSystemType(clusterType)
	case p.Ignores(name, clusterType):
		return "ignored by policy.ignore"
	case p.Owns(name, clusterType):
		return ""
	case clusterType == "" && len(p.Scope.Types) > 0:
		return "of unknown type, so possibly outside policy.scope"
	default:
		return "outside policy.scope"
	}
}

// Protects reports whether a cluster must not be deleted.
func (p Policy) Protects(name, clusterType string) bool { return p.Protect.Match(name, clusterType) }

// Undeletable says why a cluster must not be deleted; it is empty if it may be.
func (p Policy) Undeletable(name, clusterType string) string {
	switch {
	case IsSystem(clusterType):
		return ofSystemType(clusterType)
	case p.Protects(name, clusterType):
		return "protected by policy.protect"
	case clusterType == "" && len(p.Protect.Types)+len(p.Ignore.Types) > 0:
		return "type unknown, and policy.protect or policy.ignore selects by type"
	default:
		return ""
	}
}

func ofSystemType(clusterType string) string {
	return "system-managed (type " + clusterType + ")"
}
