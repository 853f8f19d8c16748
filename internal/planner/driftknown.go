package planner

import (
	"slices"
	"time"

	"clusterctl/internal/cluster"
)

// KnownDrift is why drift is accepted, and until when.
type KnownDrift struct {
	Reason string    `json:"reason"`
	Until  time.Time `json:"until"`
}

// knownDrift are the entries that accept something now.
type knownDrift []cluster.Known

func stillKnown(all []cluster.Known, now time.Time) knownDrift {
	return slices.DeleteFunc(slices.Clone(all), func(k cluster.Known) bool { return k.Ended(now) })
}

// split tells what is left of an item, if anything is, and then an item for
// each entry that accepts some of it.
func (known knownDrift) split(item DriftItem) []DriftItem {
	var accepted []DriftItem
	for _, k := range known {
		part, rest, ok := take(item, k)
		if !ok {
			continue
		}
		accepted = append(accepted, part)
		if rest == nil {
			return accepted
		}
		item.Diff = rest
	}
	return append([]DriftItem{item}, accepted...)
}

// take is the part of an item that an entry accepts, and the fields that it
// leaves: nil where that is all.
func take(item DriftItem, k cluster.Known) (part DriftItem, rest []DriftDiff, ok bool) {
	if !k.IsAbout(item.Kind, item.Name) {
		return DriftItem{}, nil, false
	}
	part = item
	part.Known = &KnownDrift{Reason: k.Reason, Until: k.Until}
	if k.Path == "" {
		return part, nil, true
	}
	if !item.Kind.HasFields() {
		return DriftItem{}, nil, false
	}
	part.Diff = nil
	for _, d := range item.Diff {
		if k.Covers(d.Path) {
			part.Diff = append(part.Diff, d)
		} else {
			rest = append(rest, d)
		}
	}
	return part, rest, part.Diff != nil
}
