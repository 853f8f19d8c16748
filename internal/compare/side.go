package compare

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// Side is one of the two: a tenant, or files.
type Side struct {
	Name string `json:"name"` // as the user gave it
	// Tenant and Listing are nil for files.
	Tenant  *cluster.Tenant  `json:"tenant,omitempty"`
	Listing *cluster.Listing `json:"proof,omitempty"`
	Entries []Entry          `json:"-"`
}

// Entry is a cluster of a side.
type Entry struct {
	// Cluster is what a file declares, or what it would declare of a live cluster, without
	// its log configuration.
	cluster.Cluster

	// Live is nil in files.
	Live *cluster.Live
	// Others are values that a file cannot contain, by JSON Pointer.
	Others map[string]json.RawMessage
	// Unknown says why the cluster cannot be compared; it is empty if it can.
	Unknown string
}

// Place says where a side has a cluster.
type Place struct {
	ID     string          `json:"id,omitempty"`
	Source *cluster.Source `json:"source,omitempty"`
}

func (e Entry) place() *Place {
	if e.Live != nil {
		return &Place{ID: e.Live.ID}
	}
	return &Place{ID: e.ID, Source: &e.Source}
}

// unverified reports whether the side may have more clusters than were listed.
func (s Side) unverified() bool { return s.Listing != nil && !s.Listing.Verified }

// byName returns the clusters that exist, by name.
func (s Side) byName(picks func(string) bool) map[string][]Entry {
	byName := map[string][]Entry{}
	for _, e := range s.Entries {
		if e.State != cluster.Absent && picks(e.Name) {
			byName[e.Name] = append(byName[e.Name], e)
		}
	}
	return byName
}

// fields returns what people have set on a cluster, by JSON Pointer. Settings that a file
// removes are not set.
func (e Entry) fields() map[string]json.RawMessage {
	fields := map[string]json.RawMessage{}
	set := func(path string, value *string) {
		if value != nil {
			fields[path] = jsonpatch.Quote(*value)
		}
	}
	set("/type", e.Type)
	set("/description", e.Description)
	for key, value := range e.Configuration {
		set(jsonpatch.Pointer("configuration", key), value)
	}
	for key, value := range e.UpdatePreferences {
		set(jsonpatch.Pointer("updatePreferences", key), value)
	}
	maps.Copy(fields, e.Others)
	return fields
}

// levels returns the levels of the log configuration at a time. Nobody declared how long
// that of a live cluster lasts.
func (e Entry) levels(now time.Time) map[string]json.RawMessage {
	var config *cluster.LiveLogConfig
	switch {
	case e.Live != nil:
		config = e.Live.Log.Config.At(now)
	case e.LogConfig != nil:
		declared := cluster.LiveLogConfig{RootLevel: e.LogConfig.RootLevel, LogLevels: e.LogConfig.LogLevels, Expiration: e.LogConfig.Expiration}
		config = declared.At(now)
	}
	return levelsOf(config)
}

func levelsOf(config *cluster.LiveLogConfig) map[string]json.RawMessage {
	fields := map[string]json.RawMessage{}
	if config == nil {
		return fields
	}
	fields["/logConfig/rootLevel"] = jsonpatch.Quote(string(config.RootLevel))
	for logger, level := range config.LogLevels {
		fields[jsonpatch.Pointer("logConfig", "logLevels", logger)] = jsonpatch.Quote(string(level))
	}
	return fields
}

// declaredLog returns the log configuration of an entry of a file, with how long it lasts.
func (e Entry) declaredLog() map[string]json.RawMessage {
	c := e.LogConfig
	if c == nil {
		return nil
	}
	fields := levelsOf(&cluster.LiveLogConfig{RootLevel: c.RootLevel, LogLevels: c.LogLevels})
	if c.IsWindow() {
		fields["/logConfig/expiration"] = jsonpatch.Quote(c.Expiration.UTC().Format(time.RFC3339Nano))
	} else {
		fields["/logConfig/durationMinutes"] = number(c.Minutes())
	}
	if c.RenewWithinMinutes != nil {
		fields["/logConfig/renewWithinMinutes"] = number(*c.RenewWithinMinutes)
	}
	return fields
}

func number(n int) json.RawMessage { return json.RawMessage(strconv.Itoa(n)) }

// Ignored are the fields that may differ.
type Ignored []cluster.Glob

// Covers reports whether a glob matches the path, or that of an object around it.
func (i Ignored) Covers(path string) bool {
	for end := range len(path) + 1 {
		if end > 0 && (end == len(path) || path[end] == '/') && cluster.MatchAny(i, path[:end]) {
			return true
		}
	}
	return false
}

// diff returns the fields that differ, sorted by path.
func (i Ignored) diff(a, b map[string]json.RawMessage) []Field {
	paths := slices.Collect(maps.Keys(a))
	paths = slices.AppendSeq(paths, maps.Keys(b))
	slices.SortFunc(paths, strings.Compare)
	diff := []Field{}
	for _, path := range slices.Compact(paths) {
		if !i.Covers(path) && !cluster.SameField(path, a[path], b[path]) {
			diff = append(diff, Field{path, a[path], b[path]})
		}
	}
	return diff
}
