package planner

import (
	"encoding/json"
	"fmt"

	"clusterctl/internal/api"
	"clusterctl/internal/jsonpatch"
)

// clusterPath is the path of a cluster; one that is still to be created has no id.
func clusterPath(id string) string {
	if id == "" {
		return api.PendingPath
	}
	return api.ClusterPath(id)
}

// createBody is what POST takes. What it does not take follows as a PATCH.
type createBody struct {
	Name          json.RawMessage            `json:"name,omitempty"`
	Type          json.RawMessage            `json:"type,omitempty"`
	Configuration map[string]json.RawMessage `json:"configuration,omitempty"`
	Description   json.RawMessage            `json:"description,omitempty"`
}

// creation divides the diff of a cluster still to be created into what POST
// takes and what follows it. The log configuration is in neither.
func creation(diff []FieldDiff) (body createBody, follow jsonpatch.Patch, err error) {
	body.Configuration = map[string]json.RawMessage{}
	for _, d := range diff {
		tokens, err := jsonpatch.Tokens(d.Path)
		if err != nil {
			return createBody{}, nil, err
		}
		switch {
		case d.Path == "/name":
			body.Name = d.After
		case d.Path == "/type":
			body.Type = d.After
		case d.Path == "/description":
			body.Description = d.After
		case isLogField(d.Path):
		case len(tokens) == 2 && d.After == nil:
			follow = append(follow, absence(d.Path))
		case len(tokens) == 2 && tokens[0] == "configuration":
			body.Configuration[tokens[1]] = d.After
		case len(tokens) == 2 && tokens[0] == "updatePreferences":
			follow = append(follow, jsonpatch.Operation{Op: jsonpatch.OpAdd, Path: d.Path, Value: d.After})
		default:
			return createBody{}, nil, fmt.Errorf("a new cluster takes no %s", d.Path)
		}
	}
	return body, follow, nil
}

// absence asks that a key of a cluster still to be created be absent. The
// server may or may not put it there, and only an add of null works with both;
// the applier removes the key instead where it finds it.
func absence(path string) jsonpatch.Operation {
	return jsonpatch.Operation{Op: jsonpatch.OpAdd, Path: path, Value: json.RawMessage("null")}
}

// createRequests make a cluster: a POST, a PATCH of what POST does not take,
// and the log configuration where there is one.
func createRequests(diff []FieldDiff, log *LogBody) ([]Request, error) {
	body, follow, err := creation(diff)
	if err != nil {
		return nil, err
	}
	post, err := newRequest("POST", api.ClustersPath, body)
	if err != nil {
		return nil, err
	}
	requests := []Request{post}
	if len(follow) > 0 {
		patch, err := newRequest("PATCH", clusterPath(""), follow)
		if err != nil {
			return nil, err
		}
		requests = append(requests, patch)
	}
	if log != nil {
		put, err := logRequest("", *log)
		if err != nil {
			return nil, err
		}
		requests = append(requests, put)
	}
	return requests, nil
}

// patchRequest changes the document of a cluster.
func patchRequest(id string, patch jsonpatch.Patch) (Request, error) {
	return newRequest("PATCH", clusterPath(id), patch)
}

// logRequest sets the log configuration of a cluster.
func logRequest(id string, body LogBody) (Request, error) {
	return newRequest("PUT", clusterPath(id)+api.LogConfigSuffix, body)
}

// deleteRequest deletes a cluster.
func deleteRequest(id string, removeClients bool) Request {
	return Request{Method: "DELETE", Path: api.DeletePath(id, removeClients)}
}

func newRequest(method, path string, body any) (Request, error) {
	data, err := jsonpatch.Encode(body)
	if err != nil {
		return Request{}, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return Request{Method: method, Path: path, ContentType: api.ContentType(method), Body: data}, nil
}
