// Package sample keeps tests of large grids fast. A test uses the same small part of its grid in
// each run, and all of it with the build tag exhaustive, as in `make test-exhaustive`.
package sample

import (
	"math/rand/v2"
	"slices"

	"pgregory.net/rapid"
)

// Of returns n of the cases, in a different order, or all of them with the build tag exhaustive.
func Of[T any](all []T, n int) []T {
	if exhaustive || n >= len(all) {
		return all
	}
	return shuffled(all)[:n]
}

// Covering returns n cases of a grid, like Of, and more if needed so that every value of a case
// occurs.
func Covering[T any, V comparable](all []T, n int, values func(T) []V) []T {
	if exhaustive || n >= len(all) {
		return all
	}
	var some, rest []T
	seen := map[V]bool{}
	isNew := func(v V) bool { return !seen[v] }
	for _, c := range shuffled(all) {
		if !slices.ContainsFunc(values(c), isNew) {
			rest = append(rest, c)
			continue
		}
		some = append(some, c)
		for _, v := range values(c) {
			seen[v] = true
		}
	}
	return append(some, rest[:max(0, n-len(some))]...)
}

// shuffled returns the cases in an order that depends only on their number.
func shuffled[T any](all []T) []T {
	some := slices.Clone(all)
	random := rand.New(rand.NewPCG(1, uint64(len(all))))
	random.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	return some
}

// Next returns the case to use after the n-th if the number of cases is unknown: steps grow by
// half, or are always one with the build tag exhaustive.
func Next(n int64) int64 {
	if exhaustive {
		return n + 1
	}
	return n + 1 + n/2
}

// LeavesOut halves the number of checks of a property several times, or skips none with the build
// tag exhaustive.
func LeavesOut(t *rapid.T, halvings int) bool {
	for range halvings {
		if !exhaustive && rapid.Bool().Draw(t, "left out") {
			return true
		}
	}
	return false
}

// Size returns a tenth of a size, or all of it with the build tag exhaustive.
func Size(whole int) int {
	if exhaustive {
		return whole
	}
	return whole / 10
}
