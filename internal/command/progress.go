package command

import (
	"fmt"
	"log/slog"
	"sync"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/progress"
	"clusterctl/internal/remote"
)

// newProgress makes what shows on standard error how far a run has come.
func newProgress(e env, o tenantOptions) *progress.Meter {
	options := progress.Options{Out: e.Stderr, Now: e.Now, Quiet: o.quiet, Tell: tellProgress(e.Log)}
	if e.Log.isPlain() && e.takesControl(e.Stderr) {
		options.Columns = func() int {
			size, _ := cli.Terminal(e.Stderr, e.Getenv)
			return size.Columns
		}
	}
	return progress.New(options)
}

// tellProgress tells how far a run has come where no line can be redrawn.
func tellProgress(log logger) func(line string, wait time.Duration) {
	return func(line string, wait time.Duration) {
		if wait > 0 {
			log.Info(line, slog.Int64("waitMs", wait.Milliseconds()))
			return
		}
		log.Info(line)
	}
}

// observer tells a person on standard error what takes the client its time.
func observer(e env, o tenantOptions, meter *progress.Meter) remote.Observer {
	log := e.Log.through(meter)
	obs := remote.Observer{
		Token: func(token remote.Secret) { e.Masker.Learn(string(token)) },
		Deprecated: sync.OnceFunc(func() {
			log.Warn("the tenant calls this version of its API deprecated (choose another with --api-version)")
		}),
		Reading: func(what remote.Reading, total int) { meter.Begin("reading", string(what), total) },
		Read:    meter.Advance,
		Waiting: meter.Waiting,
	}
	if o.verbose {
		obs.Exchange = func(x cluster.Exchange, took time.Duration) {
			log.Debug(fmt.Sprintf("%s %s → %s in %s", x.Method, x.Path, statusText(x), took.Round(time.Millisecond)), exchangeFields(x, took)...)
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
