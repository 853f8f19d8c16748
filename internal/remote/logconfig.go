package remote

import (
	"context"
	"encoding/json"
	"net/http"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/crash"
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
	var asked []*cluster.Live
	for i := range clusters {
		if live := &clusters[i]; !live.Log.Known && needs(*live) {
			asked = append(asked, live)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	c.config.Observer.reading(LogConfigs, len(asked))
	group, ctx := crash.NewGroup(ctx, c.config.Parallelism)
	for _, live := range asked {
		group.Go(func() (err error) {
			live.Log, err = c.LogConfig(ctx, live.ID)
			c.config.Observer.read(1)
			return err
		})
	}
	return group.Wait()
}
