package command

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/progress"
	"clusterctl/internal/remote"
)

type connection struct {
	env      env
	options  tenantOptions
	client   *remote.Client
	tenant   cluster.Tenant
	progress *progress.Meter
	traffic  traffic
	found    runFacts            // through it, so far
	known    applier.Preexisting // from the last snapshot
	close    func() error
}

// facts returns what the run found out so far, including its requests. It is empty without
// a connection.
func (c *connection) facts() runFacts {
	if c == nil {
		return runFacts{}
	}
	out := c.found
	out.requests, out.retries = c.traffic.counts()
	return out
}

// connect checks that the tenant is the one that the files name, if they name one. If it
// fails, the connection is closed, but still has facts.
func connect(ctx context.Context, e env, o tenantOptions, org string) (*connection, error) {
	org = cmp.Or(org, e.Tenant.Org)
	c := &connection{env: e, options: o, progress: newProgress(e, o), traffic: traffic{requests: make(map[requestKind]int)}, found: runFacts{tenant: org}}
	config, closeTenant, err := o.config(ctx, e, org, c.progress)
	if err != nil {
		return c, err
	}
	c.close = closeTenant
	config.Observer = c.traffic.counting(config.Observer)
	if c.client, err = remote.New(config); err == nil {
		c.tenant, err = c.client.Tenant(ctx)
		c.tenant.Sandbox = o.sandbox
	}
	c.found.tenant = cmp.Or(org, c.tenant.Org)
	if err = expectTenant(c.tenant, org, err); err != nil {
		_ = c.close() // the error at hand says more
		return c, err
	}
	c.found.tenant = cmp.Or(org, c.tenant.Org, c.tenant.BaseURL)
	return c, nil
}

// expectTenant refuses a tenant other than the one that the files name. A tenant that does
// not return its name is accepted only if the files name none.
func expectTenant(tenant cluster.Tenant, org string, err error) error {
	nameless := remote.IsNameless(err)
	switch {
	case err != nil && !nameless:
		return err
	case org == "" || err == nil && org == tenant.Org:
		return nil
	case nameless:
		return fmt.Errorf("the files are for tenant %q, but %s does not return its name: %w", org, tenant.BaseURL, err)
	case tenant.Org == "":
		return refusedf("the files are for tenant %q, but %s does not return its name (check the base URL, or remove tenant: from the files)", org, tenant.BaseURL)
	default:
		return refusedf("the files are for tenant %q, but %s is tenant %q (check the base URL)", org, tenant.BaseURL, tenant.Org)
	}
}

// snapshot reads the parts of the tenant that are needed.
func (c *connection) snapshot(ctx context.Context, need cluster.Need) (cluster.Snapshot, error) {
	defer c.progress.End()
	snapshot, err := c.client.Snapshot(ctx, c.tenant, need)
	if err == nil {
		c.found.listed, c.known = &snapshot, applier.PreexistingOf(snapshot, need.Name == "")
	}
	return snapshot, err
}

// newProgress returns a meter that shows progress on standard error.
func newProgress(e env, o tenantOptions) *progress.Meter {
	options := progress.Options{Out: e.Stderr, Now: e.Now, Quiet: o.quiet}
	options.Log = func(line string, wait time.Duration) { // if lines cannot be redrawn
		var fields []slog.Attr
		if wait > 0 {
			fields = append(fields, slog.Int64("waitMs", wait.Milliseconds()))
		}
		e.Log.Info(line, fields...)
	}
	if e.Log.isPlain() && e.takesControl(e.Stderr) {
		options.Columns = func() int {
			size, _ := cli.Terminal(e.Stderr, e.Getenv)
			return size.Columns
		}
	}
	return progress.New(options)
}

// observer reports on standard error what the client does.
func observer(e env, o tenantOptions, shown *progress.Meter) remote.Observer {
	log := e.Log.through(shown)
	obs := remote.Observer{
		Token: func(token remote.Secret) { e.learn(string(token)) },
		Deprecated: sync.OnceFunc(func() {
			log.Warn("the tenant reports this API version as deprecated (choose another with --api-version)")
		}),
		Reading: func(what remote.Reading, total int) { shown.Begin("reading", string(what), total) },
		Read:    shown.Advance,
		Waiting: shown.Waiting,
	}
	if o.verbose {
		obs.Exchange = func(x api.Exchange, took time.Duration) {
			log.Debug(fmt.Sprintf("%s %s → %s in %s", x.Method, x.Path, statusText(x), took.Round(time.Millisecond)), exchangeFields(x, took)...)
		}
	}
	return obs
}

func statusText(x api.Exchange) string {
	switch {
	case x.Status == 0:
		return "no response"
	case x.RequestID == "":
		return fmt.Sprint(x.Status)
	default:
		return fmt.Sprintf("%d (request id %s)", x.Status, x.RequestID)
	}
}
