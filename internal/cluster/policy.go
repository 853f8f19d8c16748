package cluster

import "slices"

// Selector picks clusters: those with a name that one of the globs stands for,
// and those of one of the types. Either is enough. A list that is nil was not
// stated; one that is empty was, and picks nothing.
type Selector struct {
	Names []Glob
	Types []string
}

// IsZero reports whether nothing was stated.
func (s Selector) IsZero() bool { return s.Names == nil && s.Types == nil }

// Match reports whether the selector picks a cluster of this name and type.
func (s Selector) Match(name, clusterType string) bool {
	return MatchAny(s.Names, name) || slices.Contains(s.Types, clusterType)
}

// MatchAny reports whether one of the globs stands for the name.
func MatchAny(globs []Glob, name string) bool {
	return slices.ContainsFunc(globs, func(g Glob) bool { return g.Match(name) })
}

// Policy is what the files say about live clusters that none of them lists,
// and about deleting. Its zero value prunes nothing, owns all but the tenant's
// own clusters, protects none and caps nothing.
type Policy struct {
	// Prune has the live clusters deleted that are owned and in no file.
	Prune bool
	// Scope picks what the files own. Zero, it picks every cluster.
	Scope Selector
	// Ignore picks what is left alone. Where its Types are nil they are the
	// SystemTypes.
	Ignore Selector
	// Protect picks what is never deleted, whatever asks for it.
	Protect Selector
	// MaxDeletes caps the deletes that Prune asks for in one plan; nil is no cap.
	MaxDeletes *int
	// AllowSimilarNames permits creating and pruning a cluster whose name looks
	// like that of another one (see Fold).
	AllowSimilarNames bool
}

// Ignores reports whether a live cluster is left alone by rule.
func (p Policy) Ignores(name, clusterType string) bool {
	ignore := p.Ignore
	if ignore.Types == nil {
		ignore.Types = SystemTypes()
	}
	return ignore.Match(name, clusterType)
}

// Owns reports whether a live cluster is the files' business: in scope, and
// not ignored.
func (p Policy) Owns(name, clusterType string) bool {
	return !p.Ignores(name, clusterType) && (p.Scope.IsZero() || p.Scope.Match(name, clusterType))
}

// Protects reports whether a cluster must not be deleted.
func (p Policy) Protects(name, clusterType string) bool { return p.Protect.Match(name, clusterType) }

// Equal reports whether two policies say the same. The order of a list, and
// what it says twice, mean nothing.
func (p Policy) Equal(other Policy) bool {
	return p.Prune == other.Prune && p.AllowSimilarNames == other.AllowSimilarNames &&
		p.Scope.equal(other.Scope) && p.Ignore.equal(other.Ignore) && p.Protect.equal(other.Protect) &&
		equalCaps(p.MaxDeletes, other.MaxDeletes)
}

func (s Selector) equal(other Selector) bool {
	return equalSets(s.Names, other.Names) && equalSets(s.Types, other.Types)
}

func equalSets[T ~string](a, b []T) bool {
	return (a == nil) == (b == nil) && slices.Equal(asSet(a), asSet(b))
}

func asSet[T ~string](list []T) []T { return slices.Compact(slices.Sorted(slices.Values(list))) }

func equalCaps(a, b *int) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
