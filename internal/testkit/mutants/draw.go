package main

import (
	"go/parser"
	"go/types"
	"math/rand/v2"
	"slices"
)

// draw returns n random mutants that compile, or all if there are fewer.
func (s *source) draw(n int, seed uint64) []mutant {
	all := s.mutants()
	var drawn []mutant
	for _, i := range rand.New(rand.NewPCG(seed, 0)).Perm(len(all)) {
		if len(drawn) < n && s.compiles(all[i]) {
			drawn = append(drawn, all[i])
		}
	}
	return drawn
}

// compiles reports whether the package still compiles with a mutant in it. The
// type checker finds all that the compiler would, unused variables included.
func (s *source) compiles(m mutant) bool {
	file, err := parser.ParseFile(s.files, m.path, m.text(), parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	syntax := slices.Clone(s.syntax)
	syntax[m.file] = file
	config := types.Config{Importer: s.importer}
	_, err = config.Check(s.types.Path(), s.files, syntax, nil)
	return err == nil
}
