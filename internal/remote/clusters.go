package remote

import (
	"context"
	"encoding/json"
	"net/http"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// Get reads one cluster. Where there is none, api.IsNotFound(err).
func (c *Client) Get(ctx context.Context, id string) (cluster.Live, error) {
	a, err := c.get(ctx, api.ClusterPath(id))
	if err != nil {
		return cluster.Live{}, err
	}
	answered, err := a.cluster()
	return answered.Live, err
}

// Create makes a cluster of a body that holds what POST takes. Where
// api.OutcomeUnknown(err), it may have been made all the same.
func (c *Client) Create(ctx context.Context, body json.RawMessage) (cluster.Answer, error) {
	a, err := c.send(ctx, http.MethodPost, api.ClustersPath, api.ContentTypeJSON, body)
	if err != nil {
		return cluster.Answer{}, err
	}
	return a.cluster()
}

// Patch changes a cluster. A test that failed is a 400, and so is a test that
// the server does not take.
func (c *Client) Patch(ctx context.Context, id string, patch jsonpatch.Patch) (cluster.Answer, error) {
	body, err := jsonpatch.Encode(patch)
	if err != nil {
		return cluster.Answer{}, err
	}
	a, err := c.send(ctx, http.MethodPatch, api.ClusterPath(id), api.ContentTypePatch, body)
	if err != nil {
		return cluster.Answer{}, err
	}
	return a.cluster()
}

// Delete deletes a cluster. One that is gone already is deleted.
func (c *Client) Delete(ctx context.Context, id string, removeClients bool) (cluster.Exchange, error) {
	resource := api.DeletePath(id, removeClients)
	a, err := c.send(ctx, http.MethodDelete, resource, "", nil)
	if api.IsNotFound(err) {
		return cluster.Exchange{Method: http.MethodDelete, Path: api.ClusterPath(id), Status: http.StatusNotFound}, nil
	}
	return a.exchange, err
}

func (a answer) cluster() (cluster.Answer, error) {
	live, err := decodeCluster(a.body)
	if err != nil {
		return cluster.Answer{}, unreadable(a.exchange, err)
	}
	return cluster.Answer{Exchange: a.exchange, Live: live}, nil
}
