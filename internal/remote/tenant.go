package remote

import (
	"context"
	"encoding/json"
	"net/http"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// Tenant asks which tenant this is. It is asked before anything is read or
// written, since an environment can pair one tenant's address with another's
// credentials.
func (c *Client) Tenant(ctx context.Context) (cluster.Tenant, error) {
	_, tenant, err := c.askTenant(ctx)
	return tenant, err
}

func (c *Client) askTenant(ctx context.Context) (answer, cluster.Tenant, error) {
	a, err := c.sendTo(ctx, http.MethodGet, c.config.Root.InfoURL(), api.InfoPath, "", nil)
	if err != nil {
		return answer{}, cluster.Tenant{}, err
	}
	var info api.Info
	if err := json.Unmarshal(a.body, &info); err != nil {
		return answer{}, cluster.Tenant{}, unreadable(a.exchange, err)
	}
	return a, cluster.Tenant{BaseURL: c.config.Root.String(), Org: api.OneLine(info.TenantName)}, nil
}

// unreadable is the error of a success whose JSON is not what was promised.
// What was asked for may have been done.
func unreadable(e cluster.Exchange, err error) error {
	return &api.Unanswered{Method: e.Method, Path: e.Path, Sent: true, Err: err}
}
