package planner

import (
	"encoding/json"
	"fmt"
	"net/url"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// The requests of a plan, relative to the tenant's base URL.
const (
	clustersPath = "/managed-clusters"
	// unborn stands where the id of a cluster still to be created will be.
	unborn = "{id}"

	contentTypeJSON  = "application/json"
	contentTypePatch = "application/json-patch+json"
)

func clusterPath(id string) string {
	if id == "" {
		return clustersPath + "/" + unborn
	}
	return clustersPath + "/" + url.PathEscape(id)
}

// createBody is what POST takes. What it does not take follows as a PATCH.
type createBody struct {
	Name          string            `json:"name"`
	Type          string            `json:"type,omitempty"`
	Configuration map[string]string `json:"configuration,omitempty"`
	Description   string            `json:"description,omitempty"`
}

// create plans a cluster that is not there: a POST, a PATCH of what POST does
// not take, and the log configuration.
func (b *builder) create(p pair) error {
	d := p.desired
	change := Change{Action: Create, Name: d.Name, Source: p.source(), Diff: []FieldDiff{}}

	body := createBody{Name: d.Name, Type: value(d.Type), Description: value(d.Description)}
	change.wants("/name", body.Name)
	change.wants("/type", body.Type)
	change.wants("/description", body.Description)
	var follow jsonpatch.Patch
	for _, f := range settings("configuration", d.Configuration) {
		if f.Value == nil {
			follow = append(follow, absence(f.Path))
			continue
		}
		change.Diff = append(change.Diff, FieldDiff{Path: f.Path, After: f.Value})
	}
	body.Configuration = values(d.Configuration)
	for _, f := range settings("updatePreferences", d.UpdatePreferences) {
		if f.Value == nil {
			follow = append(follow, absence(f.Path))
			continue
		}
		follow = append(follow, jsonpatch.Operation{Op: jsonpatch.OpAdd, Path: f.Path, Value: f.Value})
		change.Diff = append(change.Diff, FieldDiff{Path: f.Path, After: f.Value})
	}

	if err := change.request("POST", clustersPath, contentTypeJSON, body); err != nil {
		return err
	}
	if len(follow) > 0 {
		if err := change.request("PATCH", clusterPath(""), contentTypePatch, follow); err != nil {
			return err
		}
	}
	if err := b.addLogConfig(&change, p); err != nil {
		return err
	}
	b.changes = append(b.changes, change)
	return nil
}

// absence asks that a key of a cluster still to be created be absent. The
// server may or may not put it there, and only an add of null works with both;
// the applier removes the key instead where it finds it.
func absence(path string) jsonpatch.Operation {
	return jsonpatch.Operation{Op: jsonpatch.OpAdd, Path: path, Value: json.RawMessage("null")}
}

// addLogConfig lets the log configuration of a new cluster follow its creation.
func (b *builder) addLogConfig(change *Change, p pair) error {
	if p.desired.LogConfig == nil {
		return nil
	}
	d := decideLog(*p.desired.LogConfig, nil, b.now)
	if d.satisfied {
		b.find(Satisfied, p, satisfiedMessage(*p.desired.LogConfig))
		return nil
	}
	if d.wrongAt != nil {
		b.expire(*d.wrongAt)
	}
	change.Diff = append(change.Diff, d.diff...)
	return change.request("PUT", clusterPath("")+"/log-config", contentTypeJSON, d.body)
}

// reconcile plans what an existing cluster needs to match its file.
func (b *builder) reconcile(p pair) error {
	if message, ok := blockedByType(p); ok {
		b.find(Blocked, p, message)
		return nil
	}
	before := len(b.changes)
	if err := b.update(p); err != nil {
		return fmt.Errorf("%s: cluster %q: %w", p.desired.Source, p.desired.Name, err)
	}
	if err := b.setLog(p); err != nil {
		return err
	}
	if len(b.changes) == before {
		b.unchanged++
	}
	return nil
}

// blockedByType refuses what the API cannot do: change a type. Deleting and
// creating again would lose the cluster's keys and clients.
func blockedByType(p pair) (message string, blocked bool) {
	if p.desired.Type == nil || *p.desired.Type == p.live.Type {
		return "", false
	}
	return fmt.Sprintf("type is %q, wanted %q: the API cannot change a type (delete and create would lose its keys and clients)",
		p.live.Type, *p.desired.Type), true
}

// update plans the patch from overlay, then diff.
func (b *builder) update(p pair) error {
	fields, err := declared(p.desired, p.live.Document)
	if err != nil || len(fields) == 0 {
		return err
	}
	target, err := jsonpatch.Overlay(p.live.Document, fields)
	if err != nil {
		return err
	}
	return b.patch(p, target)
}

// patch plans what turns the served document into the target, if anything.
func (b *builder) patch(p pair, target json.RawMessage) error {
	patch, err := jsonpatch.Diff(p.live.Document, target)
	if err != nil || len(patch) == 0 {
		return err
	}
	change := p.change(Update)
	if change.Diff, err = fieldDiffs(p.live.Document, patch); err != nil {
		return err
	}
	if err := change.request("PATCH", clusterPath(p.live.ID), contentTypePatch, patch); err != nil {
		return err
	}
	b.changes = append(b.changes, change)
	return nil
}

func (b *builder) setLog(p pair) error {
	if p.desired.LogConfig == nil {
		return nil
	}
	d := decideLog(*p.desired.LogConfig, p.live.Log.Config, b.now)
	if d.satisfied {
		b.find(Satisfied, p, satisfiedMessage(*p.desired.LogConfig))
		return nil
	}
	if d.keep {
		return nil
	}
	return b.putLog(p, d)
}

// putLog plans the PUT that was decided on.
func (b *builder) putLog(p pair, d logDecision) error {
	if d.wrongAt != nil {
		b.expire(*d.wrongAt)
	}
	change := p.change(SetLog)
	change.Lapsed, change.Diff = d.lapsed, d.diff
	if err := change.request("PUT", clusterPath(p.live.ID)+"/log-config", contentTypeJSON, d.body); err != nil {
		return err
	}
	b.changes = append(b.changes, change)
	return nil
}

func (p pair) change(action Action) Change {
	return Change{Action: action, Name: p.desired.Name, ID: p.live.ID, Source: p.source(), Diff: []FieldDiff{}}
}

// source is where the pair is declared, and nil where it is not.
func (p pair) source() *cluster.Source {
	if p.desired == nil {
		return nil
	}
	source := p.desired.Source
	return &source
}

// wants notes a field of a cluster to be created, unless it is left to the API.
func (c *Change) wants(path, value string) {
	if value != "" {
		c.Diff = append(c.Diff, FieldDiff{Path: path, After: jsonpatch.Quote(value)})
	}
}

// request appends a request; a nil body sends none.
func (c *Change) request(method, path, contentType string, body any) error {
	r := Request{Method: method, Path: path, ContentType: contentType}
	if body != nil {
		data, err := jsonpatch.Encode(body)
		if err != nil {
			return fmt.Errorf("%s %s: %w", method, path, err)
		}
		r.Body = data
	}
	c.Requests = append(c.Requests, r)
	return nil
}

// fieldDiffs tells a patch as a person reviews it.
func fieldDiffs(served json.RawMessage, patch jsonpatch.Patch) ([]FieldDiff, error) {
	diffs := []FieldDiff{}
	for _, op := range patch.WithoutTests() {
		before, _, err := jsonpatch.Lookup(served, op.Path)
		if err != nil {
			return nil, err
		}
		diffs = append(diffs, FieldDiff{Path: op.Path, Before: before, After: op.Value})
	}
	return diffs, nil
}

// values are the settings that have a value.
func values(s cluster.Settings) map[string]string {
	kept := make(map[string]string, len(s))
	for key, v := range s {
		if v != nil {
			kept[key] = *v
		}
	}
	return kept
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
