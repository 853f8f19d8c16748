package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/sandbox"
)

// sandboxOptions say how to serve the embedded tenant.
type sandboxOptions struct {
	listen string
	tenant sandbox.Options
	quiet  bool
}

func sandboxCommand(e env) *cli.Command {
	return command(&cli.Command{
		Name:  "sandbox",
		Usage: "serve an embedded tenant, to rehearse changes and to test pipelines",
		Description: "Serves a tenant that behaves like the real one and prints its address on one\nline. Any client id and secret will do; the ids refused, read-only and no-rights\nare treated as their names say. SIGTERM ends it; what it was told is kept in the\nstate directory.\n\n" +
			"A fault is KIND@N (the N-th request) or KIND:RATE (that share of them, such as\n0.1). Kinds: drop-before, drop-after, 500-before, 500-after, truncate, garbage,\nwrong-shape, other-id, slow (slow=5s: late by so much), and the statuses 101, 403,\n408, 409, 412, 422, 429, 499, 502, 503.\n\n" +
			"A quirk is a way in which tenants differ: no-count, no-name-filter, unique-names,\nrefuse-tests[=422], refuse-nulls, refuse-disabled-updates, omit=FIELD[,FIELD].\n\n" +
			"Examples:\n" +
			"   clusterctl sandbox --state ./tenant --seed 20\n" +
			"   clusterctl sandbox --state ./tenant --latency 200ms \\\n      --fault 500-after@3 --fault drop-before:0.05",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8980", Usage: "`ADDRESS` to serve at; port 0 takes a free one"},
			&cli.StringFlag{Name: "state", Usage: "keep the state in `DIR` (default: one that is removed at the end)"},
			&cli.StringFlag{Name: "org", Usage: "`NAME` of a new tenant (default: " + sandbox.DefaultOrg + ")"},
			&cli.IntFlag{Name: "seed", Usage: "fill a new tenant with `N` plausible clusters"},
			&cli.BoolFlag{Name: "shuffle", Usage: "list the clusters in another order each time"},
			&cli.DurationFlag{Name: "list-lag", Usage: "list the clusters as they were `DURATION` ago"},
			&cli.BoolFlag{Name: "refuse-tests", Usage: "refuse patches that hold a test operation"},
			&cli.StringSliceFlag{Name: "quirk", Usage: "differ from other tenants by `QUIRK`; repeatable"},
			&cli.DurationFlag{Name: "latency", Usage: "answer so much later"},
			&cli.StringSliceFlag{Name: "fault", Usage: "go wrong at `KIND@N` or `KIND:RATE`; repeatable"},
			&cli.Uint64Flag{Name: "fault-seed", Usage: "decides which requests a fault at a rate hits"},
			&cli.StringFlag{Name: "rate-limit", Value: "100/10s", Usage: "refuse more requests than `N/SPAN`; none: never refuse"},
			&cli.DurationFlag{Name: "token-lifetime", Value: 12 * time.Minute, Usage: "how long a token is good for"},
			&cli.StringFlag{Name: "now", Usage: "start the tenant's clock at `TIME` (RFC 3339), to rehearse what ends by itself"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "nothing on standard error"},
		},
		Action: func(c *cli.Context) error {
			o, err := sandboxOptionsOf(c, e)
			if err != nil {
				return err
			}
			return runSandbox(c.Context, e, o)
		},
	})
}

func sandboxOptionsOf(c *cli.Context, e env) (sandboxOptions, error) {
	o := sandboxOptions{
		listen: c.String("listen"),
		quiet:  c.Bool("quiet"),
		tenant: sandbox.Options{
			Dir:           c.String("state"),
			Org:           c.String("org"),
			Seed:          c.Int("seed"),
			Shuffle:       c.Bool("shuffle"),
			ListLag:       c.Duration("list-lag"),
			RefuseTests:   c.Bool("refuse-tests"),
			Latency:       c.Duration("latency"),
			FaultSeed:     c.Uint64("fault-seed"),
			TokenLifetime: c.Duration("token-lifetime"),
		},
	}
	now, err := nowOf(c)
	if err != nil {
		return o, err
	}
	o.tenant.Now = clockFrom(now, e.Now)
	for _, text := range c.StringSlice("quirk") {
		if err := o.tenant.AddQuirk(text); err != nil {
			return o, usageErrorf("--quirk: %s", err)
		}
	}
	for _, text := range c.StringSlice("fault") {
		fault, err := sandbox.ParseFault(text)
		if err != nil {
			return o, usageErrorf("--fault: %s", err)
		}
		o.tenant.Faults = append(o.tenant.Faults, fault)
	}
	if c.String("rate-limit") == "none" {
		o.tenant.RateLimit = -1
		return o, nil
	}
	rate, err := parseRate(c.String("rate-limit"))
	o.tenant.RateLimit, o.tenant.RateSpan = rate.Requests, rate.Span
	return o, err
}

// log is where the tenant's server reports its errors.
func (o sandboxOptions) log(e env) logger {
	if o.quiet {
		return newLogger(io.Discard, logText, e.Now)
	}
	return e.Log
}

// runSandbox serves until it is interrupted.
func runSandbox(ctx context.Context, e env, o sandboxOptions) (err error) {
	if o.tenant.Dir == "" {
		if o.tenant.Dir, err = os.MkdirTemp("", "clusterctl-sandbox-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(o.tenant.Dir)) }()
	}
	served, err := serve(o.listen, o.tenant, o.log(e))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, served.close()) }()
	if _, err := fmt.Fprintln(e.Stdout, served.url); err != nil {
		return err
	}
	if !o.quiet {
		e.Log.Info(fmt.Sprintf("tenant %s is served; in another terminal:", served.tenant.Org()), slog.String("url", served.url))
		e.Log.Info(fmt.Sprintf("  export SAIL_BASE_URL=%s SAIL_CLIENT_ID=me SAIL_CLIENT_SECRET=any", served.url))
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-served.failed:
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return err
	}
}
