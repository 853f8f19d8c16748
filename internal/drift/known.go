package drift

import (
	"time"

	"clusterctl/internal/cluster"
)

// Known says why drift is accepted, and until when.
type Known struct {
	Reason string    `json:"reason"`
	Until  time.Time `json:"until"`
}

// split returns the part of an item that is not accepted, if any, followed by one item
// for each entry that currently accepts part of it.
func split(item Item, entries []cluster.KnownDrift, now time.Time) []Item {
	var accepted []Item
	for _, k := range entries {
		part, rest, ok := take(item, k)
		if !ok || k.Ended(now) {
			continue
		}
		accepted = append(accepted, part)
		if rest == nil {
			return accepted
		}
		item.Diff = rest
	}
	return append([]Item{item}, accepted...)
}

// take returns the part of an item that an entry accepts and the remaining fields, nil if
// it accepts all. ok is false if it accepts nothing.
func take(item Item, k cluster.KnownDrift) (part Item, rest []Field, ok bool) {
	if !k.IsAbout(item.Kind, item.Name) || k.Path != "" && !item.Kind.HasFields() {
		return Item{}, nil, false
	}
	part = item
	part.Known = &Known{Reason: k.Reason, Until: k.Until}
	part.Diff = []Field{}
	for _, d := range item.Diff {
		if k.Covers(d.Path) {
			part.Diff = append(part.Diff, d)
		} else {
			rest = append(rest, d)
		}
	}
	return part, rest, k.Path == "" || len(part.Diff) > 0
}
