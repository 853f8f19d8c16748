package planner

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/policy"
)

// create plans a new cluster: a POST, a PATCH of what POST does not accept, and the log
// configuration.
func (b *builder) create(p pair) {
	d := p.desired
	change := Change{Action: Create, Name: d.Name, Source: p.source(), Entry: b.entryOf(p), Diff: []jsonpatch.Edit{}}
	change.wants("/name", &d.Name)
	change.wants("/type", d.Type)
	change.wants("/description", d.Description)
	for _, f := range append(settings("configuration", d.Configuration), settings("updatePreferences", d.UpdatePreferences)...) {
		change.Diff = append(change.Diff, jsonpatch.Edit{Path: f.Path, After: f.Value})
	}
	var log *LogBody
	if d, isSent := b.decideLog(p, nil); isSent {
		b.expire(d.wrongAt)
		log, change.Diff = &d.body, append(change.Diff, d.diff...)
	}
	var err error
	if change.Requests, err = createRequests(change.Diff, log); err != nil {
		b.find(Blocked, p, err.Error())
		return
	}
	b.changes = append(b.changes, change)
	if d.RenamedFrom != "" {
		b.unmatched = append(b.unmatched, Warning{Code: policy.CodeNoFormerName, Source: p.source(), Message: fmt.Sprintf(
			"no live cluster is named %q or %q, so the cluster is created; correct renamedFrom, or remove it", d.Name, d.RenamedFrom)})
	}
}

// wants adds a field of a new cluster to the diff, unless the API decides its value.
func (c *Change) wants(path string, value *string) {
	if value != nil && *value != "" {
		c.Diff = append(c.Diff, jsonpatch.Edit{Path: path, After: jsonpatch.Quote(*value)})
	}
}

// decideLog decides the log configuration of a pair, and whether it is sent. served is
// nil if the cluster has none.
func (b *builder) decideLog(p pair, served *cluster.LiveLogConfig) (d logDecision, isSent bool) {
	if p.desired.LogConfig == nil {
		return d, false
	}
	d = decideLog(*p.desired.LogConfig, served, b.now)
	if d.satisfied {
		b.find(Satisfied, p, fmt.Sprintf("log configuration expired at %s, as declared; you can remove the logConfig block", stamp(p.desired.LogConfig.Expiration)))
	}
	return d, !d.satisfied && !d.keep
}

// reconcile plans what brings an existing cluster in line with its entry: all of it or
// nothing.
func (b *builder) reconcile(p pair) {
	if message := unreconcilable(p); message != "" {
		b.find(Blocked, p, message)
		return
	}
	before := len(b.changes)
	err := b.update(p)
	if err == nil {
		err = b.setLog(p)
	}
	if err != nil {
		b.changes = b.changes[:before]
		b.find(Blocked, p, err.Error())
		return
	}
	if len(b.changes) == before {
		b.unchanged++
	}
}

// unreconcilable says why an existing cluster cannot be brought in line with its entry;
// it is empty if it can. An unknown type is not compared.
func unreconcilable(p pair) string {
	if wanted := p.desired.Type; wanted != nil && p.live.Type != "" && *wanted != p.live.Type {
		return fmt.Sprintf("type: expected %q, found %q; the API cannot change it, so correct the entry (recreating the cluster would lose its keys and clients)",
			*wanted, p.live.Type)
	}
	if unknown := p.live.Log.Unknown(); p.desired.LogConfig != nil && unknown != "" {
		return unknown + "; to plan the rest, remove logConfig from the entry"
	}
	return ""
}

// update merges the declared fields into the served document and plans the difference.
func (b *builder) update(p pair) error {
	fields, err := b.unmet(p)
	if err != nil || len(fields) == 0 {
		return err
	}
	target, err := jsonpatch.Overlay(p.live.Document, fields)
	if err != nil {
		return err
	}
	return b.patch(p, target)
}

// unmet returns the declared fields that differ in the cluster. It records the values
// that match only as text.
func (b *builder) unmet(p pair) (unmet []jsonpatch.Field, err error) {
	doc := jsonpatch.Decode(p.live.Document)
	for _, f := range declared(p.desired) {
		value, _, err := doc.Lookup(f.Path)
		switch {
		case err != nil:
			return nil, err
		case !cluster.FieldMeets(f.Path, value, f.Value):
			unmet = append(unmet, f)
		case cluster.IsScalar(value):
			b.scalars = append(b.scalars, scalar{p.live.Name, f.Path, string(value)})
		}
	}
	return unmet, nil
}

// patch plans the update from the served document to the target, if they differ.
func (b *builder) patch(p pair, target json.RawMessage) error {
	edits, err := jsonpatch.Edits(p.live.Document, target)
	if err != nil || len(edits) == 0 {
		return err
	}
	patch := jsonpatch.Guarded(edits, jsonpatch.Decode(p.live.Document).Value)
	return b.change(Change{Action: Update, Diff: edits}, p, patchDraft(p.live.ID, patch))
}

func (b *builder) setLog(p pair) error {
	d, isSent := b.decideLog(p, p.live.Log.Config)
	if !isSent {
		return nil
	}
	return b.putLog(p, d)
}

// putLog plans a decided PUT.
func (b *builder) putLog(p pair, d logDecision) error {
	b.expire(d.wrongAt)
	return b.change(Change{Action: SetLog, Diff: d.diff, Lapsed: d.lapsed}, p, logDraft(p.live.ID, d.body))
}

// change adds a change of an existing cluster.
func (b *builder) change(c Change, p pair, request draft) (err error) {
	c.Name, c.ID, c.Source, c.Entry = p.desired.Name, p.live.ID, p.source(), b.entryOf(p)
	if c.Requests, err = requestsOf(request); err == nil {
		b.changes = append(b.changes, c)
	}
	return err
}

// source is where the pair is declared; nil if it is not.
func (p pair) source() *cluster.Source {
	if p.desired == nil {
		return nil
	}
	source := p.desired.Source
	return &source
}

// declared returns the fields of an existing cluster that its entry manages.
func declared(d *cluster.Cluster) []jsonpatch.Field {
	fields := []jsonpatch.Field{{Path: "/name", Value: jsonpatch.Quote(d.Name)}}
	if d.Description != nil {
		fields = append(fields, jsonpatch.Field{Path: "/description", Value: jsonpatch.Quote(*d.Description)})
	}
	fields = append(fields, settings("configuration", d.Configuration)...)
	return append(fields, settings("updatePreferences", d.UpdatePreferences)...)
}

// settings returns the fields of a declared object, sorted by key.
func settings(parent string, s cluster.Settings) []jsonpatch.Field {
	fields := make([]jsonpatch.Field, 0, len(s))
	for _, key := range slices.Sorted(maps.Keys(s)) {
		f := jsonpatch.Field{Path: jsonpatch.Pointer(parent, key)}
		if value := s[key]; value != nil {
			f.Value = jsonpatch.Quote(*value)
		}
		fields = append(fields, f)
	}
	return fields
}
