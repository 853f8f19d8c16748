package receipt

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// InversePatch is the guarded patch that takes back what was found in force,
// which may be less than what was asked for.
func InversePatch(path string, paths []string, before, after *State) ([]planner.Request, error) {
	var patch jsonpatch.Patch
	for _, p := range slices.Backward(paths) {
		was, wasThere := before.Fields[p]
		is, isThere := after.Fields[p]
		if SameValue(was, is) {
			continue
		}
		if isThere {
			patch = append(patch, jsonpatch.Operation{Op: jsonpatch.OpTest, Path: p, Value: is})
		}
		switch {
		case isThere && wasThere:
			patch = append(patch, jsonpatch.Operation{Op: jsonpatch.OpReplace, Path: p, Value: was})
		case isThere:
			patch = append(patch, jsonpatch.Operation{Op: jsonpatch.OpRemove, Path: p})
		default:
			patch = append(patch, jsonpatch.Operation{Op: jsonpatch.OpAdd, Path: p, Value: was})
		}
	}
	if patch == nil {
		return nil, nil
	}
	body, err := jsonpatch.Encode(patch)
	return []planner.Request{{Method: http.MethodPatch, Path: path, ContentType: api.ContentTypePatch, Body: body}}, err
}

// SameValue compares two values, of which nil is one that is not there.
func SameValue(a, b json.RawMessage) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return bytes.Equal(a, b) || jsonpatch.Equal(a, b)
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
