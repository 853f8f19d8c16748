package planner

import (
	"encoding/json"
	"fmt"

	"clusterctl/internal/api"
	"clusterctl/internal/jsonpatch"
)

// clusterPath is the path of a cluster. The id is empty for a cluster to be created.
func clusterPath(id string) string {
	if id == "" {
		return api.PendingPath
	}
	return api.ClusterPath(id)
}

// createBody is the body of a POST. Other fields follow in a PATCH.
type createBody struct {
	Name          json.RawMessage            `json:"name,omitempty"`
	Type          json.RawMessage            `json:"type,omitempty"`
	Configuration map[string]json.RawMessage `json:"configuration,omitempty"`
	Description   json.RawMessage            `json:"description,omitempty"`
}

// creation splits the diff of a new cluster into the POST and the PATCH that follows. The
// log configuration is in neither.
func creation(diff []jsonpatch.Edit) (body createBody, follow jsonpatch.Patch, err error) {
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
			// It is not known whether the server creates the key. An add of null works in
			// both cases; the applier removes the key instead if it finds it.
			follow = append(follow, jsonpatch.Operation{Op: jsonpatch.OpAdd, Path: d.Path, Value: json.RawMessage("null")})
		case len(tokens) == 2 && tokens[0] == "configuration":
			body.Configuration[tokens[1]] = d.After
		case len(tokens) == 2 && tokens[0] == "updatePreferences":
			follow = append(follow, jsonpatch.Operation{Op: jsonpatch.OpAdd, Path: d.Path, Value: d.After})
		default:
			return createBody{}, nil, fmt.Errorf("%s cannot be set on a new cluster", d.Path)
		}
	}
	return body, follow, nil
}

// createRequests returns the requests that create a cluster: a POST, a PATCH of what POST
// does not accept, and the log configuration.
func createRequests(diff []jsonpatch.Edit, log *LogBody) ([]Request, error) {
	body, follow, err := creation(diff)
	if err != nil {
		return nil, err
	}
	drafts := []draft{{"POST", api.ClustersPath, body}}
	if len(follow) > 0 {
		drafts = append(drafts, patchDraft("", follow))
	}
	if log != nil {
		drafts = append(drafts, logDraft("", *log))
	}
	return requestsOf(drafts...)
}

// draft is a request whose body is still to be encoded.
type draft struct {
	method, path string
	body         any
}

// patchDraft changes the document of a cluster.
func patchDraft(id string, patch jsonpatch.Patch) draft {
	return draft{"PATCH", clusterPath(id), patch}
}

// logDraft sets the log configuration of a cluster.
func logDraft(id string, body LogBody) draft {
	return draft{"PUT", clusterPath(id) + api.LogConfigSuffix, body}
}

func requestsOf(drafts ...draft) ([]Request, error) {
	var requests []Request
	for _, d := range drafts {
		body, err := jsonpatch.Encode(d.body)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", d.method, d.path, err)
		}
		requests = append(requests, Request{Method: d.method, Path: d.path, ContentType: api.ContentType(d.method), Body: body})
	}
	return requests, nil
}
