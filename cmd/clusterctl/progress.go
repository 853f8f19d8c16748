package main

import (
	"fmt"
	"sync"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/progress"
	"clusterctl/internal/remote"
)

// newMeter makes what shows on standard error how far a run has come.
func newMeter(e env, o tenantOptions) *progress.Meter {
	options := progress.Options{Out: e.Stderr, Now: e.Now, Quiet: o.quiet}
	if e.isTerminal(e.Stderr) && e.Getenv("TERM") != "dumb" {
		options.Columns = func() int {
			size, _ := e.terminal(e.Stderr)
			return size.columns
		}
	}
	return progress.New(options)
}

// observer tells a person on standard error what takes the client its time.
func observer(e env, o tenantOptions, meter *progress.Meter) remote.Observer {
	obs := remote.Observer{
		Token: func(token remote.Secret) { e.Masker.Learn(string(token)) },
		Deprecated: sync.OnceFunc(func() {
			fmt.Fprintln(meter, "warning: the tenant calls this version of its API deprecated (choose another with --api-version)")
		}),
		Reading: func(what remote.Reading, total int) { meter.Begin("reading", string(what), total) },
		Read:    meter.Advance,
		Waiting: meter.Waiting,
	}
	if o.verbose {
		obs.Exchange = func(x cluster.Exchange, took time.Duration) {
			fmt.Fprintf(meter, "%s %s → %s in %s\n", x.Method, x.Path, statusText(x), took.Round(time.Millisecond))
		}
	}
	return obs
}

func statusText(x cluster.Exchange) string {
	switch {
	case x.Status == 0:
		return "no answer"
	case x.RequestID == "":
		return fmt.Sprint(x.Status)
	default:
		return fmt.Sprintf("%d (request id %s)", x.Status, x.RequestID)
	}
}
