package applier

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// complete overlays the cluster as it was created with what POST does not take,
// and patches the difference. The planned operations name fields alone, since the
// plan could not know what the server puts into a new cluster: a null asks for a
// key to be absent.
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
	_, err = j.patchFields(ctx, e) // unchanged is one that somebody else completed
	return err
}

// completion is the edit that gives a document fields that it lacks.
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

// madeDocument is the cluster as it was created, or, if not all of that is known,
// as it is read back: an object that is only not shown must not be added again.
// What is known is not read again, since somebody may have changed it.
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
