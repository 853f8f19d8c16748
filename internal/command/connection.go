package command

import (
	"cmp"
	"context"
	"fmt"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/progress"
	"clusterctl/internal/remote"
)

// connection is an open way to a tenant.
type connection struct {
	client   *remote.Client
	tenant   cluster.Tenant
	progress *progress.Meter
	traffic  traffic
	// found is what the run has found out through it.
	found outcome
	// known are the clusters that the last snapshot returned.
	known applier.Known
	close func() error
}

// outcome is what the run has found out, traffic included. Without a connection it
// is nothing.
func (c *connection) outcome() outcome {
	if c == nil {
		return outcome{}
	}
	out := c.found
	out.requests, out.retries = c.traffic.counts()
	return out
}

// connect opens the way to the tenant and makes sure that it is the one the files
// are for, if they say. Nothing else has been read, and nothing written, before
// that. Where it fails the connection is closed, and has its outcome alone.
func connect(ctx context.Context, e env, o tenantOptions, org string) (*connection, error) {
	c := &connection{progress: newProgress(e, o), traffic: traffic{requests: make(map[requestKind]int)}, found: outcome{tenant: org}}
	config, closeTenant, err := o.config(ctx, e, org, c.progress)
	if err != nil {
		return c, err
	}
	c.close = closeTenant
	config.Observer = c.traffic.counting(config.Observer)
	if c.client, err = remote.New(config); err == nil {
		c.tenant, err = c.client.Tenant(ctx)
	}
	c.found.tenant = cmp.Or(org, c.tenant.Org)
	if err = expectTenant(c.tenant, org, err); err != nil {
		_ = c.close() // the error at hand says more
		return c, err
	}
	c.found.tenant = cmp.Or(org, c.tenant.Org, c.tenant.BaseURL)
	return c, nil
}

// expectTenant holds the tenant against the one that the files are for. A tenant
// that does not return its name is accepted where the files do not state one.
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
		return refusedf("the files are for tenant %q, but %s is %q", org, tenant.BaseURL, tenant.Org)
	}
}

// snapshot reads what is needed of the tenant, and shows how far it is with that.
func (c *connection) snapshot(ctx context.Context, need remote.Need) (cluster.Snapshot, error) {
	defer c.progress.End()
	snapshot, err := c.client.Snapshot(ctx, c.tenant, need)
	if err == nil {
		c.found.listed, c.known = &snapshot, applier.KnownOf(snapshot, need.Name == "")
	}
	return snapshot, err
}
