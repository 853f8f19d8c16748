package planner

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// declared are the fields of an existing cluster that its file manages and that
// are not already met, as they are to be laid over the served document.
func declared(d *cluster.Cluster, served json.RawMessage) ([]jsonpatch.Field, error) {
	fields := []jsonpatch.Field{{Path: "/name", Value: jsonpatch.Quote(d.Name)}}
	if d.Description != nil {
		fields = append(fields, jsonpatch.Field{Path: "/description", Value: jsonpatch.Quote(*d.Description)})
	}
	fields = append(fields, settings("configuration", d.Configuration)...)
	fields = append(fields, settings("updatePreferences", d.UpdatePreferences)...)

	unmet := fields[:0]
	for _, f := range fields {
		value, there, err := jsonpatch.Lookup(served, f.Path)
		if err != nil {
			return nil, err
		}
		if !met(f, value, there) {
			unmet = append(unmet, f)
		}
	}
	return unmet, nil
}

// settings are the fields of a declared object, key by key in order.
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

// met reports whether a served value is the wanted one, or as good as it although
// the two differ in form: a key that is to go may be null, and a description that
// is to be empty may be null or missing.
func met(f jsonpatch.Field, served json.RawMessage, there bool) bool {
	if there && bytes.Equal(served, f.Value) {
		return true
	}
	isNull := !there || string(served) == "null"
	if f.Value == nil {
		return isNull
	}
	return isNull && f.Path == "/description" && string(f.Value) == `""`
}
