package remote

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// decodeCluster decodes one cluster, which is valid JSON, and keeps its document unchanged. It
// never fails: an unreadable field is unknown, and Problem names one that planning needs. Without
// a usable id, ID is empty.
func decodeCluster(doc json.RawMessage) cluster.Live {
	fields, err := api.FieldsOf(doc)
	if err != nil {
		return cluster.Live{Document: doc, Problem: "the tenant returned a cluster that is not a JSON object"}
	}
	createdAt, _ := time.Parse(time.RFC3339, fields.Text("createdAt")) // zero if it is not a time
	live := cluster.Live{
		ID:          usableID(fields),
		Name:        nameOf(fields),
		Type:        fields.Text("type"),
		Clients:     attached(fields),
		Services:    countOf(fields.Count("serviceCount")),
		CreatedAt:   createdAt,
		Status:      fields.Text("status"),
		Operational: fields.Bool("operational"),
		CCGVersion:  fields.Text("ccgVersion"),
		Alert:       returnedOrNone(fields, "alertKey"),
		Indicators:  returnedOrNone(fields, "consolidatedHealthIndicatorsStatus"),
		Installed:   returned(fields, "currentInstalledReleaseVersion"),
		Available:   returned(fields, "updatePackage"),
		OutdatedAt:  returnedOrNone(fields, "isOutOfDateNotifiedAt"),
		Document:    doc,
		Log:         inlineLog(fields["logConfiguration"]),
	}
	switch name, named := fields.String("name"); {
	case live.ID == "":
		live.Problem = "the tenant returned no usable id"
	case !fields.Has("name"), named && name == "":
		live.Problem = "the tenant returned no name"
	case !named:
		live.Problem = "the tenant returned a name that is not a string"
	}
	return live
}

// usableID returns the id, or "" if it cannot be used in a path: absent, not a string, "." or
// "..", or with invalid characters.
func usableID(fields api.Fields) string {
	id := fields.Text("id")
	if id == "." || id == ".." || strings.ContainsRune(id, utf8.RuneError) {
		return ""
	}
	return id
}

// nameOf returns the name. A number or a boolean gives its text, so that it can be compared with
// the names in the files.
func nameOf(fields api.Fields) string {
	name, isString := fields.String("name")
	if isString || !fields.Has("name") {
		return name
	}
	if raw := fields["name"]; raw[0] != '{' && raw[0] != '[' {
		return string(raw)
	}
	return ""
}

// returned reads a text. Null means that there is none.
func returned(fields api.Fields, key string) cluster.Returned {
	text, isString := fields.String(key)
	if isString || fields[key] != nil && !fields.Has(key) {
		return cluster.AsReturned(text)
	}
	return cluster.Returned{}
}

// returnedOrNone is returned for a member that the tenant leaves out if there is none.
func returnedOrNone(fields api.Fields, key string) cluster.Returned {
	if fields[key] == nil {
		return cluster.AsReturned("")
	}
	return returned(fields, key)
}

func attached(fields api.Fields) cluster.Count {
	ids, ok := fields.List("clientIds")
	return countOf(len(ids), ok)
}

func countOf(n int, known bool) cluster.Count {
	if !known {
		return cluster.Count{}
	}
	return cluster.Exactly(n)
}

// inlineLog decodes the log configuration inside a cluster. It is unknown, and requested when
// needed, if the key is absent, or the object is unreadable or has no expiration. Null means that
// there is none.
func inlineLog(doc json.RawMessage) cluster.LogState {
	if doc == nil {
		return cluster.LogState{}
	}
	state, err := decodeLog(doc)
	if err != nil || state.Config != nil && (state.Config.RootLevel == "" || state.Config.Expiration.IsZero()) {
		return cluster.LogState{}
	}
	return state
}

// decodeLog decodes a log configuration. An empty body or null means that there is none.
func decodeLog(doc json.RawMessage) (cluster.LogState, error) {
	if doc = bytes.TrimSpace(doc); len(doc) == 0 || string(doc) == "null" {
		return cluster.LogState{Known: true}, nil
	}
	fields, err := api.FieldsOf(doc)
	if err != nil {
		return cluster.LogState{}, fmt.Errorf("log configuration: %w", err)
	}
	root, isString := fields.String("rootLevel")
	if fields.Has("rootLevel") && !isString {
		return cluster.LogState{}, errors.New("log configuration: rootLevel is not a string")
	}
	levels, errLevels := decodeLevels(fields)
	expiration, errExpiration := decodeExpiration(fields)
	if err := cmp.Or(errLevels, errExpiration); err != nil {
		return cluster.LogState{}, err
	}
	config := &cluster.LiveLogConfig{RootLevel: cluster.Level(root), LogLevels: levels, Expiration: expiration}
	return cluster.LogState{Known: true, Config: config}, nil
}

// decodeLevels decodes the levels of the loggers, nil if there are none. A null level is not set.
func decodeLevels(fields api.Fields) (map[string]cluster.Level, error) {
	served, isObject := fields.Object("logLevels")
	if fields.Has("logLevels") && !isObject {
		return nil, errors.New("log configuration: logLevels is not an object")
	}
	var levels map[string]cluster.Level
	for class := range served {
		level, isString := served.String(class)
		switch {
		case !served.Has(class):
			continue
		case !isString:
			return nil, errors.New("log configuration: a level in logLevels is not a string")
		case levels == nil:
			levels = make(map[string]cluster.Level, len(served))
		}
		levels[class] = cluster.Level(level)
	}
	return levels, nil
}

// decodeExpiration decodes the expiration, zero if there is none.
func decodeExpiration(fields api.Fields) (time.Time, error) {
	text, isString := fields.String("expiration")
	if !fields.Has("expiration") || isString && text == "" {
		return time.Time{}, nil
	}
	end, err := time.Parse(time.RFC3339, text)
	if err != nil || !isString {
		return time.Time{}, errors.New("log configuration: expiration is not an RFC 3339 time")
	}
	return end, nil
}
