// Command mutants measures the tests of a package. It draws random mutants, which
// are copies of the package with one small mistake each, and runs the tests on
// every one of them. A mutant that no test notices shows what the tests leave open.
//
//	go run ./internal/testkit/mutants -n 60 -seed 1 ./internal/planner
//
// The same source and the same seed give the same mutants. The working tree is
// never changed: the go command reads a mutant through its -overlay flag.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	o, err := parseOptions(args)
	if err != nil {
		return err
	}
	p, err := load(ctx, o.pkg)
	if err != nil {
		return err
	}
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	r := report{w: stdout, dir: dir}
	if err := testAll(ctx, p.draw(o.count, o.seed), o.processes, newTrial(ctx, tmp, o).try, &r); err != nil {
		return err
	}
	return r.close(o.minimum)
}
