package remote

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// Get reads one cluster. If it does not exist, api.IsNotFound(err) is true.
func (c *Client) Get(ctx context.Context, id string) (cluster.Live, error) {
	a, err := c.get(ctx, api.ClusterPath(id))
	if err != nil {
		return cluster.Live{}, err
	}
	answered, err := a.clusterOf(id)
	return answered.Now, err
}

// Create creates a cluster from the body of a POST. If api.OutcomeUnknown(err), it may have been
// created despite the error, for example if the response is about another cluster.
func (c *Client) Create(ctx context.Context, body json.RawMessage) (api.Answer[cluster.Live], error) {
	a, err := c.send(ctx, http.MethodPost, api.ClustersPath, body)
	if err != nil {
		return api.Answer[cluster.Live]{}, err
	}
	sent, _ := api.ParseFields(body) // our body is always an object
	return a.cluster(func(created cluster.Live) bool { return created.Name == "" || created.Name == sent.Text("name") })
}

// Patch changes a cluster. A failed test operation is a 400, and so is one that the server does
// not support.
func (c *Client) Patch(ctx context.Context, id string, patch jsonpatch.Patch) (api.Answer[cluster.Live], error) {
	body, err := jsonpatch.Encode(patch)
	if err != nil {
		return api.Answer[cluster.Live]{}, err
	}
	a, err := c.send(ctx, http.MethodPatch, api.ClusterPath(id), body)
	if err != nil {
		return api.Answer[cluster.Live]{}, err
	}
	return a.clusterOf(id)
}

// Delete deletes a cluster. A cluster that does not exist counts as deleted.
func (c *Client) Delete(ctx context.Context, id string, removeClients bool) (api.Exchange, error) {
	a, err := c.send(ctx, http.MethodDelete, api.DeletePath(id, removeClients), nil)
	if api.IsNotFound(err) {
		return api.Exchange{Method: http.MethodDelete, Path: api.ClusterPath(id), Status: http.StatusNotFound}, nil
	}
	return a.exchange, err
}

// cluster decodes a response that is one cluster. A response about another cluster is an error:
// it says nothing about the requested one.
func (a answer) cluster(isAsked func(cluster.Live) bool) (api.Answer[cluster.Live], error) {
	live := decodeCluster(a.body)
	switch {
	case live.ID == "":
		return api.Answer[cluster.Live]{}, unreadable(a.exchange, errors.New("the response is not a cluster with an id"))
	case !isAsked(live):
		return api.Answer[cluster.Live]{}, unreadable(a.exchange, &api.OtherCluster{Got: live.ID})
	}
	return api.Answer[cluster.Live]{Exchange: a.exchange, Now: live}, nil
}

func (a answer) clusterOf(id string) (api.Answer[cluster.Live], error) {
	return a.cluster(func(live cluster.Live) bool { return live.ID == id })
}
