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

// Get reads one cluster. Where there is none, api.IsNotFound(err).
func (c *Client) Get(ctx context.Context, id string) (cluster.Live, error) {
	a, err := c.get(ctx, api.ClusterPath(id))
	if err != nil {
		return cluster.Live{}, err
	}
	answered, err := a.clusterOf(id)
	return answered.Now, err
}

// Create makes a cluster of a body that holds what POST takes. Where
// api.OutcomeUnknown(err), it may have been made all the same. An answer that is
// about a cluster of another name is such an error.
func (c *Client) Create(ctx context.Context, body json.RawMessage) (api.Answer[cluster.Live], error) {
	a, err := c.send(ctx, http.MethodPost, api.ClustersPath, body)
	if err != nil {
		return api.Answer[cluster.Live]{}, err
	}
	created, err := a.cluster()
	if err != nil {
		return api.Answer[cluster.Live]{}, err
	}
	if err := a.expectName(created.Now, body); err != nil {
		return api.Answer[cluster.Live]{}, err
	}
	return created, nil
}

// Patch changes a cluster. A test that failed is a 400, and so is a test that
// the server does not take.
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

// Delete deletes a cluster. One that is gone already is deleted.
func (c *Client) Delete(ctx context.Context, id string, removeClients bool) (api.Exchange, error) {
	resource := api.DeletePath(id, removeClients)
	a, err := c.send(ctx, http.MethodDelete, resource, nil)
	if api.IsNotFound(err) {
		return api.Exchange{Method: http.MethodDelete, Path: api.ClusterPath(id), Status: http.StatusNotFound}, nil
	}
	return a.exchange, err
}

// cluster reads an answer that is one cluster, with an id.
func (a answer) cluster() (api.Answer[cluster.Live], error) {
	live := decodeCluster(a.body)
	if live.ID == "" {
		return api.Answer[cluster.Live]{}, unreadable(a.exchange, errors.New("the answer is not a cluster with an id"))
	}
	return api.Answer[cluster.Live]{Exchange: a.exchange, Now: live}, nil
}

// clusterOf reads an answer that is the cluster of this id. An answer about
// another one is an error: nothing is known of the one that was asked for.
func (a answer) clusterOf(id string) (api.Answer[cluster.Live], error) {
	answered, err := a.cluster()
	if err != nil {
		return api.Answer[cluster.Live]{}, err
	}
	if got := answered.Now.ID; got != id {
		return api.Answer[cluster.Live]{}, unreadable(a.exchange, &api.OtherCluster{Got: got})
	}
	return answered, nil
}

// expectName refuses a created cluster that has a name, but not the one posted.
func (a answer) expectName(created cluster.Live, posted json.RawMessage) error {
	body, _ := api.ParseFields(posted) // our own body is an object
	if created.Name == "" || created.Name == body.Text("name") {
		return nil
	}
	return unreadable(a.exchange, &api.OtherCluster{Got: created.ID})
}
