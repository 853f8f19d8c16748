package planner

import (
	"maps"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// declared are the fields of an existing cluster that its file manages.
func declared(d *cluster.Cluster) []jsonpatch.Field {
	fields := []jsonpatch.Field{{Path: "/name", Value: jsonpatch.Quote(d.Name)}}
	if d.Description != nil {
		fields = append(fields, jsonpatch.Field{Path: "/description", Value: jsonpatch.Quote(*d.Description)})
	}
	fields = append(fields, settings("configuration", d.Configuration)...)
	return append(fields, settings("updatePreferences", d.UpdatePreferences)...)
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
