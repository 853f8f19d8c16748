package main

import (
	"fmt"
	"log/slog"
	"sync"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/remote"
)

// observer tells a person on standard error what takes the client its time.
func observer(e env, o tenantOptions) remote.Observer {
	var (
		mu         sync.Mutex // of standard error and of what follows
		announced  time.Time  // until when a wait has been announced
		deprecated bool
	)
	obs := remote.Observer{
		Token: func(token remote.Secret) { e.Masker.Learn(string(token)) },
		Deprecated: func() {
			mu.Lock()
			defer mu.Unlock()
			if !deprecated {
				deprecated = true
				e.Log.Warn("the tenant calls this version of its API deprecated (choose another with --api-version)")
			}
		},
	}
	if !o.quiet {
		obs.Waiting = func(d time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			if until := time.Now().Add(d); d.Round(time.Second) >= time.Second && time.Now().After(announced) {
				announced = until
				e.Log.Info(fmt.Sprintf("waiting %s for the rate limit", d.Round(time.Second)), slog.Int64("waitMs", d.Milliseconds()))
			}
		}
	}
	if o.verbose {
		obs.Exchange = func(x cluster.Exchange, took time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			e.Log.Debug(fmt.Sprintf("%s %s → %s in %s", x.Method, x.Path, statusText(x), took.Round(time.Millisecond)), exchangeFields(x, took)...)
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
