package receipt

import (
	"net/http"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// InversePatch is the guarded patch that takes back what was found in force,
// which may be less than what was asked for.
func InversePatch(path string, paths []string, before, after *State) ([]planner.Request, error) {
	var edits []jsonpatch.Edit
	for _, p := range paths {
		edits = append(edits, jsonpatch.Edit{Path: p, Before: before.Fields[p], After: after.Fields[p]})
	}
	patch := jsonpatch.Inverse(edits)
	if patch == nil {
		return nil, nil
	}
	body, err := jsonpatch.Encode(patch)
	return []planner.Request{{Method: http.MethodPatch, Path: path, ContentType: api.ContentTypePatch, Body: body}}, err
}

// InverseCreate deletes the cluster that was just made.
func InverseCreate(id string) []planner.Request {
	return []planner.Request{{Method: http.MethodDelete, Path: api.DeletePath(id, false)}}
}

// InverseLog is the request that rolls back a log configuration.
func InverseLog(path string, before, after *cluster.LiveLogConfig, now time.Time) ([]planner.Request, error) {
	back, needed := planner.InverseOfLog(before, after, now)
	if !needed {
		return nil, nil
	}
	body, err := jsonpatch.Encode(back)
	return []planner.Request{{Method: http.MethodPut, Path: path, ContentType: api.ContentTypeJSON, Body: body}}, err
}
