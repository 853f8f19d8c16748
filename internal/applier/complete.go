package applier

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// complete patches the fields that POST does not accept. The planned operations only name fields
// and values, since the plan could not know what the server puts into a new cluster; null means
// that a key must be absent.
func (j *job) complete(ctx context.Context, body json.RawMessage) error {
	planned, err := jsonpatch.Parse(body)
	if err != nil {
		return err
	}
	var want []jsonpatch.Field
	for _, op := range planned {
		f := jsonpatch.Field{Path: op.Path}
		if string(op.Value) != "null" {
			f.Value = op.Value
		}
		want = append(want, f)
	}
	doc, err := j.madeDocument(ctx, want)
	if err != nil {
		return err
	}
	missing, err := planner.Compare(doc, want)
	if err != nil || len(missing) == 0 {
		return err
	}
	e, err := j.completion(doc, missing.Wanted())
	if err != nil {
		return err
	}
	e.want = want
	_, err = j.patchFields(ctx, e) // unchanged means that someone else completed the cluster
	return err
}

// completion returns the edit that adds missing fields to a document.
func (j *job) completion(doc json.RawMessage, lacking []jsonpatch.Field) (e edit, err error) {
	target, err := jsonpatch.Overlay(doc, lacking)
	if err != nil {
		return e, err
	}
	if e.patch, err = jsonpatch.Diff(doc, target); err != nil {
		return e, err
	}
	paths := e.patch.WithoutTests().Paths()
	if e.before, err = j.stateOf(doc, paths); err != nil {
		return e, err
	}
	for _, path := range paths {
		e.seen = append(e.seen, jsonpatch.Field{Path: path, Value: e.before.Fields[path]})
	}
	return e, nil
}

// madeDocument returns the created cluster. It is read again only if the response to the POST
// does not show every parent object of a wanted field: an existing object must not be added
// again. A complete response is not read again, since someone may have changed the cluster by
// then.
func (j *job) madeDocument(ctx context.Context, want []jsonpatch.Field) (json.RawMessage, error) {
	isHidden := func(f jsonpatch.Field) bool {
		_, there, err := jsonpatch.Lookup(j.made, f.Path[:strings.LastIndex(f.Path, "/")])
		return err != nil || !there
	}
	if j.isWhole || !slices.ContainsFunc(want, isHidden) {
		return j.made, nil
	}
	live, err := j.get(ctx)
	return live.Document, err
}
