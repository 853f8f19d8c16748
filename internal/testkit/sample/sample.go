// Package sample keeps tests of large grids quick. A test tries the same small part
// of its grid at each run, and all of it with the build tag exhaustive, as
// `make test-exhaustive` does.
package sample

import (
	"math/rand/v2"
	"slices"
)

// Of returns n of all cases, in an order of its own, or all cases with the build
// tag exhaustive.
func Of[T any](all []T, n int) []T {
	if exhaustive || n >= len(all) {
		return all
	}
	some := slices.Clone(all)
	random := rand.New(rand.NewPCG(1, uint64(len(all)))) //nolint:gosec // the same cases at each run
	random.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	return some[:n]
}
