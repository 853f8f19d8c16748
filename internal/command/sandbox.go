package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cli"
	"clusterctl/internal/sandbox"
)

type sandboxOptions struct {
	listen string
	tenant sandbox.Options
	rate   api.Rate
	now    time.Time
	quirks []string
	faults []string
	quiet  bool
	clone  bool
	source tenantOptions // that clone reads
}

func sandboxCommand(e env) *cli.Command {
	var o sandboxOptions
	return &cli.Command{
		Name:  "sandbox",
		Usage: "serve an embedded tenant for rehearsals and tests",
		Description: "Serves a tenant that behaves like a real one, and prints its address on one line. Accepts\nany client ID and secret; the client IDs refused, read-only and no-rights behave as their\nnames say. Ctrl-C or SIGTERM stops it. --state keeps its clusters for the next time.\n\n" +
			"A fault is KIND@N (at the N-th request, not counting sign-in) or KIND:RATE (at a share of\nrequests, such as 0.1). Kinds: drop-before, drop-after, 500-before, 500-after, truncate, garbage,\nwrong-shape, other-id, slow (or slow=5s), and the statuses 101, 403, 408, 409, 412, 422,\n429, 499, 502 and 503.\n\n" +
			"A quirk is a difference between real tenants: no-count, no-name-filter, unique-names,\nrefuse-tests[=STATUS], refuse-nulls, refuse-disabled-updates, inline-logs,\nomit=FIELD[,FIELD] or set=CLUSTER:FIELD=VALUE.",
		Examples: []string{
			"clusterctl sandbox --state ./tenant --seed 20                  # serve a tenant with 20 clusters",
			"clusterctl sandbox --fault 500-after@3 --fault drop-before:0.05  # inject faults",
			"clusterctl sandbox --now 2026-12-24T18:00:00Z --latency 200ms  # set clock and delay",
			"clusterctl sandbox --clone --state ./twin                      # copy the tenant of SAIL_BASE_URL",
		},
		Flags: append(o.source.accessFlags(), []cli.Flag{
			{Name: "listen", To: cli.String(&o.listen), Default: "127.0.0.1:8980", Usage: "listen on `ADDRESS`; port 0 picks a free port"},
			{Name: "state", To: cli.String(&o.tenant.Dir), Usage: "keep the state in `DIR` (default: a temporary directory)"},
			{Name: "clone", To: cli.Bool(&o.clone), Usage: "copy a real tenant, without secrets, to the new --state, and exit"},
			{Name: "org", To: cli.String(&o.tenant.Org), Usage: "call a new tenant `NAME` (default: " + sandbox.DefaultOrg + ")"},
			{Name: "seed", To: cli.Int(&o.tenant.Seed), Usage: "create a new tenant with `N` sample clusters"},
			{Name: "shuffle", To: cli.Bool(&o.tenant.Shuffle), Usage: "list clusters in a different order each time"},
			{Name: "list-lag", To: cli.Duration(&o.tenant.ListLag), Usage: "list clusters as they were `DURATION` ago"},
			{Name: "refuse-tests", To: cli.Bool(&o.tenant.RefuseTests), Usage: "refuse patches with test operations"},
			{Name: "quirk", To: cli.Strings(&o.quirks), Usage: "behave like a tenant with `QUIRK`; repeatable"},
			{Name: "latency", To: cli.Duration(&o.tenant.Latency), Usage: "delay each response by `DURATION`"},
			{Name: "fault", To: cli.Strings(&o.faults), Usage: "inject a fault: `KIND@N` or KIND:RATE; repeatable"},
			{Name: "fault-seed", To: cli.Uint64(&o.tenant.FaultSeed), Usage: "seed the random choice of KIND:RATE faults"},
			{Name: "rate-limit", To: cli.Parsed(&o.rate, parseRateOrNone), Default: "100/10s", Usage: "refuse requests beyond `N/SPAN`; none turns the limit off"},
			{Name: "token-lifetime", To: cli.Duration(&o.tenant.TokenLifetime), Default: "12m", Usage: "expire tokens after `DURATION`"},
			{Name: "now", To: cli.Parsed(&o.now, parseTime), Usage: "start the tenant's clock at `TIME` (RFC 3339), to rehearse expirations"},
			{Name: "quiet", Short: "q", To: cli.Bool(&o.quiet), Usage: "print nothing on standard error"},
		}...),
		Run: checked(e, o.check, o.run),
	}
}

func (o *sandboxOptions) check(l cli.Line, e env) error {
	if err := o.checkClone(l, e); err != nil {
		return err
	}
	o.tenant.Now = clockFrom(o.now, e.Now)
	for _, text := range o.quirks {
		if err := o.tenant.AddQuirk(text); err != nil {
			return fmt.Errorf("--quirk: %w", err)
		}
	}
	for _, text := range o.faults {
		fault, err := sandbox.ParseFault(text)
		if err != nil {
			return fmt.Errorf("--fault: %w", err)
		}
		o.tenant.Faults = append(o.tenant.Faults, fault)
	}
	o.tenant.RateLimit, o.tenant.RateSpan = o.rate.Requests, o.rate.Span
	return nil
}

// parseRateOrNone reads a rate, or none for a tenant without a limit.
func parseRateOrNone(s string) (api.Rate, error) {
	if s == "none" {
		return api.Rate{Requests: -1}, nil
	}
	return parseRate(s)
}

// log is where the tenant's server reports its errors.
func (o sandboxOptions) log(e env) logger {
	if o.quiet {
		return newLogger(io.Discard, logText, e.Now)
	}
	return e.Log
}

// run serves until it is interrupted.
func (o *sandboxOptions) run(ctx context.Context, e env) (err error) {
	if o.clone {
		return o.writeClone(ctx, e)
	}
	if o.tenant.Dir == "" {
		if o.tenant.Dir, err = os.MkdirTemp("", "clusterctl-sandbox-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(o.tenant.Dir)) }()
	}
	served, err := serve(o.listen, o.tenant, o.log(e))
	if _, isAddress := errors.AsType[*net.OpError](err); isAddress {
		return fmt.Errorf("--listen: %w (use another address)", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, served.close()) }()
	if _, err := fmt.Fprintln(e.Stdout, served.url); err != nil {
		return err
	}
	if !o.quiet {
		e.Log.Info(fmt.Sprintf("serving tenant %s; in another terminal, run:", served.tenant.Org()), slog.String("url", served.url))
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
