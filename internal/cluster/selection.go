package cluster

import "strings"

// Selection limits a plan to some clusters, by name. The zero value picks all.
type Selection struct {
	// Target picks clusters; nil picks every one.
	Target []Glob
	// Exclude removes clusters, even if Target picks them.
	Exclude []Glob
}

// Picks reports whether a cluster of this name is selected.
func (s Selection) Picks(name string) bool {
	return (len(s.Target) == 0 || MatchAny(s.Target, name)) && !MatchAny(s.Exclude, name)
}

// OnlyName is the only name that the selection can pick, or empty if there can be
// several.
func (s Selection) OnlyName() string {
	if len(s.Target) != 1 || strings.ContainsAny(string(s.Target[0]), "*?[") {
		return ""
	}
	return string(s.Target[0])
}
