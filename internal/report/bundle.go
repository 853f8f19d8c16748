package report

import (
	"cmp"
	"slices"
	"strings"
)

const (
	// mostVisible is how many items a comment shows before it folds groups.
	mostVisible = 20
	// leastBundle is how many items with the same message become a bundle.
	leastBundle = 3
)

// foldLong folds groups of a long comment, the least important first, until at most
// mostVisible items are visible.
func (d *Document) foldLong() {
	n := map[string]int{}
	for _, i := range d.Items {
		n[i.Kind]++
	}
	visible := 0
	for _, g := range d.Groups {
		if g.Manner != Folded {
			visible += n[g.Kind]
		}
	}
	order := slices.Clone(d.Groups)
	slices.SortStableFunc(order, func(a, b Group) int { return cmp.Compare(a.Folds, b.Folds) })
	for _, g := range order {
		if g.Folds == 0 || visible <= mostVisible {
			continue
		}
		at := slices.IndexFunc(d.Groups, func(of Group) bool { return of.Kind == g.Kind })
		d.Groups[at].Manner = Folded
		visible -= n[g.Kind]
	}
}

// alike returns a message without the id of its cluster in a path and without the request id,
// and the request id.
func alike(message, id string) (text, requestID string) {
	text = message
	before, rest, _ := strings.Cut(message, " (request id ")
	if found, after, isClosed := strings.Cut(rest, ")"); isClosed {
		text, requestID = before+after, found
	}
	if id != "" {
		text = strings.ReplaceAll(text, "/"+id, "/{id}")
	}
	return text, requestID
}

// Bundles puts items with the same message together, at the place of the first. Items that
// are only counted need two for a bundle, the others three.
func Bundles(items []Item) [][]Item {
	type key struct{ kind, what, alike string }
	keyOf := func(i Item) key { return key{i.Kind, i.What, i.Alike} }
	alike := map[key][]Item{}
	for _, i := range items {
		alike[keyOf(i)] = append(alike[keyOf(i)], i)
	}
	var bundles [][]Item
	done := map[key]bool{}
	for _, i := range items {
		same, isCounted := alike[keyOf(i)], i.List != "" && len(alike[keyOf(i)]) > 1
		switch {
		case i.Alike == "" || len(same) < leastBundle && !isCounted:
			bundles = append(bundles, []Item{i})
		case !done[keyOf(i)]:
			bundles = append(bundles, same)
			done[keyOf(i)] = true
		}
	}
	return bundles
}

// BundleOf returns one item for a bundle, with its count and what all of its items say.
func BundleOf(items []Item) Item {
	first := items[0]
	bundle := Item{
		Kind: first.Kind, What: first.What + " " + Count(len(items), "cluster"), State: first.State, Message: first.Alike,
		Mark: first.Mark, Apart: first.Apart, IsGeneral: true,
	}
	if first.What == first.Kind { // "3 blocked clusters", but "update 3 clusters"
		bundle.What = Count(len(items), strings.TrimSpace(first.What+" cluster"))
	}
	if first.List != "" {
		bundle.Message = first.Message
		if slices.ContainsFunc(items, func(i Item) bool { return i.Message != first.Message }) {
			bundle.Message = ""
		}
		bundle.Cause = "list them with " + first.List
	}
	return bundle
}
