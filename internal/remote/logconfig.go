package remote

import (
	"context"
	"encoding/json"
	"net/http"

	"golang.org/x/sync/errgroup"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// LogConfig reads a cluster's log configuration. A 204, an empty body and null
// say that there is none.
func (c *Client) LogConfig(ctx context.Context, id string) (cluster.LogState, error) {
	a, err := c.get(ctx, api.LogConfigPath(id))
	if err != nil {
		return cluster.LogState{}, err
	}
	answered, err := a.log()
	return answered.Log, err
}

// SetLogConfig sets a cluster's log configuration as a whole.
func (c *Client) SetLogConfig(ctx context.Context, id string, body json.RawMessage) (cluster.LogAnswer, error) {
	a, err := c.send(ctx, http.MethodPut, api.LogConfigPath(id), api.ContentTypeJSON, body)
	if err != nil {
		return cluster.LogAnswer{}, err
	}
	return a.log()
}

func (a answer) log() (cluster.LogAnswer, error) {
	state, err := decodeLog(a.body)
	if err != nil {
		return cluster.LogAnswer{}, unreadable(a.exchange, err)
	}
	return cluster.LogAnswer{Exchange: a.exchange, Log: state}, nil
}

// readLogs completes the clusters whose log configuration is needed and that
// the listing did not tell.
func (c *Client) readLogs(ctx context.Context, clusters []cluster.Live, needs func(cluster.Live) bool) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.config.Parallelism)
	for i := range clusters {
		if clusters[i].Log.Known || !needs(clusters[i]) {
			continue
		}
		group.Go(func() (err error) {
			clusters[i].Log, err = c.LogConfig(ctx, clusters[i].ID)
			return err
		})
	}
	return group.Wait()
}
