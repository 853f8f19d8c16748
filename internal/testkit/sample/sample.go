// Package sample keeps tests of large grids quick. A test tries the same small part
// of its grid at each run, and all of it with the build tag exhaustive, as
// `make test-exhaustive` does.
package sample

import (
	"math/rand/v2"
	"slices"

	"pgregory.net/rapid"
)

// Of returns n of all cases, in an order of its own, or all cases with the build
// tag exhaustive.
func Of[T any](all []T, n int) []T {
	if exhaustive || n >= len(all) {
		return all
	}
	return shuffled(all)[:n]
}

// Covering returns n cases of a grid, as Of does, such that each value that a case
// has is among them. They are more than n where that takes more.
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

// shuffled returns the cases in an order that depends on nothing but their number.
func shuffled[T any](all []T) []T {
	some := slices.Clone(all)
	random := rand.New(rand.NewPCG(1, uint64(len(all))))
	random.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	return some
}

// Next is the case that comes after the n-th where their number is not known: each
// step is half as long again, or always one with the build tag exhaustive.
func Next(n int64) int64 {
	if exhaustive {
		return n + 1
	}
	return n + 1 + n/2
}

// LeavesOut halves the checks of a property, so many times over, and leaves none
// out with the build tag exhaustive.
func LeavesOut(t *rapid.T, halvings int) bool {
	for range halvings {
		if !exhaustive && rapid.Bool().Draw(t, "left out") {
			return true
		}
	}
	return false
}

// Size is a tenth of a size, or all of it with the build tag exhaustive.
func Size(whole int) int {
	if exhaustive {
		return whole
	}
	return whole / 10
}
