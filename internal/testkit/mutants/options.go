package main

import (
	"errors"
	"flag"
	"slices"
	"strings"
)

// options are the options of a run.
type options struct {
	pkg       string
	count     int
	seed      uint64
	minimum   int // of the mutants, in percent
	processes int
	tests     []string // arguments of go test
	then      []string // the same, for the mutants that survived tests
}

func parseOptions(args []string) (options, error) {
	var o options
	var tests, then string
	flags := flag.NewFlagSet("mutants", flag.ContinueOnError)
	flags.IntVar(&o.count, "n", 60, "draw `N` mutants")
	flags.Uint64Var(&o.seed, "seed", 1, "draw the mutants of this `SEED`")
	flags.IntVar(&o.minimum, "min", 0, "fail if less than `PERCENT` of the mutants are noticed")
	flags.IntVar(&o.processes, "p", 1, "test `P` mutants at a time")
	flags.StringVar(&tests, "tests", "", "run go test with these `ARGUMENTS` (default: the package)")
	flags.StringVar(&then, "then", "", "run go test with these `ARGUMENTS` on mutants that survived -tests")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() != 1 {
		return o, errors.New("name one package, such as ./internal/planner")
	}
	if o.count < 1 || o.processes < 1 {
		return o, errors.New("-n and -p must be at least 1")
	}
	o.pkg = flags.Arg(0)
	o.tests, o.then = strings.Fields(tests), strings.Fields(then)
	if len(o.tests) == 0 {
		o.tests = []string{o.pkg}
	}
	if slices.Equal(o.tests, o.then) {
		o.then = nil
	}
	return o, nil
}
