package remote

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/crash"
)

// LogConfig reads a cluster's log configuration. A 204, an empty body or null means that there is
// none.
func (c *Client) LogConfig(ctx context.Context, id string) (cluster.LogState, error) {
	a, err := c.get(ctx, api.LogConfigPath(id))
	if err != nil {
		return cluster.LogState{}, err
	}
	state, err := decodeLog(a.body)
	if err != nil {
		return cluster.LogState{}, unreadable(a.exchange, err)
	}
	return state, nil
}

// SetLogConfig replaces a cluster's log configuration. If the response cannot be read, the
// returned state is unknown: the tenant has accepted the write.
func (c *Client) SetLogConfig(ctx context.Context, id string, body json.RawMessage) (api.Answer[cluster.LogState], error) {
	a, err := c.send(ctx, http.MethodPut, api.LogConfigPath(id), body)
	if err != nil {
		return api.Answer[cluster.LogState]{}, err
	}
	state, err := decodeLog(a.body)
	if err != nil {
		state.Problem = err.Error()
	}
	return api.Answer[cluster.LogState]{Exchange: a.exchange, Now: state}, nil
}

// readLogs reads the needed log configurations that the listing left out. If one cannot be read,
// only that cluster has a Problem.
func (c *Client) readLogs(ctx context.Context, clusters []cluster.Live, needs func(cluster.Live) bool) error {
	var asked []*cluster.Live
	for i := range clusters {
		if live := &clusters[i]; live.ID != "" && !live.Log.Known && needs(*live) {
			asked = append(asked, live)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	c.config.Observer.reading(LogConfigs, len(asked))
	failures := make([]error, len(asked))
	group, ctx := crash.NewGroup(ctx, c.config.Parallelism)
	for i, live := range asked {
		group.Go(func() (err error) {
			live.Log, err = c.LogConfig(ctx, live.ID)
			c.config.Observer.read(1)
			if isOfOneCluster(err) {
				live.Log.Problem = err.Error()
				failures[i], err = err, nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return accessDenied(failures)
}

// isOfOneCluster reports whether a failed read may concern one cluster only: the response is
// malformed, a refusal, or a failure of the server. Credentials, the rate limit, gateways and
// connections concern all clusters.
func isOfOneCluster(err error) bool {
	if isOfToken(err) {
		return false
	}
	if unanswered, ok := errors.AsType[*api.Unanswered](err); ok {
		return unanswered.Received
	}
	status := api.StatusOf(err)
	return status == http.StatusInternalServerError || status != http.StatusUnauthorized && api.IsRefusal(err)
}

// accessDenied returns the first failure if every read was refused with 403: the credentials
// cannot read log configurations.
func accessDenied(failures []error) error {
	for _, err := range failures {
		if api.StatusOf(err) != http.StatusForbidden {
			return nil
		}
	}
	return failures[0]
}
