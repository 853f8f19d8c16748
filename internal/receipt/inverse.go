package receipt

import (
	"net/http"

	"clusterctl/internal/api"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// inverse returns the requests that roll back the actual effect of a request, which may be less
// than what it asked for. An adopted cluster may belong to someone else and is not deleted.
func (r Request) inverse(o Outcome) ([]planner.Request, error) {
	switch {
	case o.Unsettled:
	case r.Method == http.MethodPost && o.After != nil && !o.Adopted:
		return []planner.Request{{Method: http.MethodDelete, Path: api.DeletePath(o.ID, false)}}, nil
	case r.Method == http.MethodPatch:
		return r.inversePatch(o)
	case r.Method == http.MethodPut && !o.Before.Log.Equal(o.After.Log):
		if back, needed := planner.InverseOfLog(o.Before.Log, o.After.Log, o.Time); needed {
			return r.opposite(api.ContentTypeJSON, back)
		}
	}
	return []planner.Request{}, nil // not null in JSON
}

func (r Request) inversePatch(o Outcome) ([]planner.Request, error) {
	sent, err := jsonpatch.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	var edits []jsonpatch.Edit
	for _, path := range sent.WithoutTests().Paths() {
		edits = append(edits, jsonpatch.Edit{Path: path, Before: o.Before.Fields[path], After: o.After.Fields[path]})
	}
	back := jsonpatch.Inverse(edits)
	if back == nil {
		return []planner.Request{}, nil
	}
	return r.opposite(api.ContentTypePatch, back)
}

// opposite returns the request with another body.
func (r Request) opposite(contentType string, back any) ([]planner.Request, error) {
	body, err := jsonpatch.Encode(back)
	return []planner.Request{{Method: r.Method, Path: r.Path, ContentType: contentType, Body: body}}, err
}
