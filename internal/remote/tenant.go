package remote

import (
	"context"
	"errors"
	"net/http"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// Tenant reads the name of the tenant. Callers do so before they send the secret or read or write
// anything, since an environment can pair one tenant's address with another's credentials. The
// name is empty if the tenant does not return one. If it refuses or fails to, IsNameless(err) is
// true, and the address is returned nonetheless.
func (c *Client) Tenant(ctx context.Context) (cluster.Tenant, error) {
	_, tenant, err := c.askTenant(ctx)
	return tenant, err
}

// IsNameless reports whether err means that the tenant refuses or fails to return its name, which
// matters only to callers that need it. A redirect, or a response that is not from the API, means
// a wrong address.
func IsNameless(err error) bool {
	failure, _ := errors.AsType[*api.Error](err)
	return failure != nil && failure.Path == api.InfoPath && (api.IsRefusal(err) || failure.Status/100 == 5)
}

// askTenant sends the request without a token, and with one if the tenant requires it.
func (c *Client) askTenant(ctx context.Context) (answer, cluster.Tenant, error) {
	tenant := cluster.Tenant{BaseURL: c.config.Root.String()}
	a, err := c.info(ctx, c.anonymous)
	if status := api.StatusOf(err); status == http.StatusUnauthorized || status == http.StatusForbidden {
		a, err = c.info(ctx, c.transport)
	}
	if err != nil {
		return answer{}, tenant, err
	}
	fields, _ := api.ParseFields(a.body) // without fields, the name is empty
	tenant.Org, tenant.Pod = c.oneLine(fields.Text("tenantName")), c.oneLine(fields.Text("pod"))
	return a, tenant, nil
}

func (c *Client) info(ctx context.Context, transport http.RoundTripper) (answer, error) {
	return c.sendThrough(ctx, transport, http.MethodGet, c.config.Root.InfoURL(), api.InfoPath, nil)
}

// oneLine makes a server's text safe to print. It is masked before it is cut.
func (c *Client) oneLine(text string) string { return api.OneLine(c.config.Mask(text)) }

// unreadable returns the error of a success whose JSON has the wrong form. A write may have been
// applied.
func unreadable(e api.Exchange, err error) error {
	return &api.Unanswered{Method: e.Method, Path: e.Path, Sent: true, Received: true, Err: err}
}
