package planner

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// Mismatch is a field that is not as it should be. A nil value is one that is
// not there.
type Mismatch struct {
	Path     string
	Expected json.RawMessage
	Found    json.RawMessage
}

// Mismatches are the fields in which a document is not as it should be.
type Mismatches []Mismatch

// Compare finds the fields that a document does not have as wanted; see
// cluster.FieldMeets.
func Compare(doc json.RawMessage, want []jsonpatch.Field) (Mismatches, error) {
	return compareBy(cluster.FieldMeets, doc, want)
}

// CompareExactly is Compare for what was there before: a member that somebody
// has put in since is a difference.
func CompareExactly(doc json.RawMessage, want []jsonpatch.Field) (Mismatches, error) {
	return compareBy(cluster.SameField, doc, want)
}

func compareBy(agree func(path string, found, wanted json.RawMessage) bool, doc json.RawMessage, want []jsonpatch.Field) (Mismatches, error) {
	var found Mismatches
	served := jsonpatch.Decode(doc)
	for _, f := range want {
		value, _, err := served.Lookup(f.Path)
		if err != nil {
			return nil, err
		}
		if !agree(f.Path, value, f.Value) {
			found = append(found, Mismatch{Path: f.Path, Expected: f.Value, Found: value})
		}
	}
	return found, nil
}

// String lists mismatches in one line.
func (m Mismatches) String() string {
	texts := make([]string, 0, len(m))
	for _, f := range m {
		texts = append(texts, fmt.Sprintf("%s: expected %s, found %s", f.Path, shown(f.Expected), shown(f.Found)))
	}
	return strings.Join(texts, "; ")
}

func shown(value json.RawMessage) string {
	if value == nil {
		return "nothing"
	}
	return string(value)
}

// Wanted is the field as it should be.
func (m Mismatch) Wanted() jsonpatch.Field { return jsonpatch.Field{Path: m.Path, Value: m.Expected} }

// Wanted are the mismatched fields as they should be.
func (m Mismatches) Wanted() []jsonpatch.Field {
	fields := make([]jsonpatch.Field, 0, len(m))
	for _, f := range m {
		fields = append(fields, f.Wanted())
	}
	return fields
}

// Before are the fields of a change as they were reviewed.
func (c Change) Before() []jsonpatch.Field {
	return c.fields(func(d jsonpatch.Edit) json.RawMessage { return d.Before })
}

// After are the fields of a change as they are to be.
func (c Change) After() []jsonpatch.Field {
	return c.fields(func(d jsonpatch.Edit) json.RawMessage { return d.After })
}

func (c Change) fields(value func(jsonpatch.Edit) json.RawMessage) []jsonpatch.Field {
	fields := make([]jsonpatch.Field, 0, len(c.Diff))
	for _, d := range c.Diff {
		fields = append(fields, jsonpatch.Field{Path: d.Path, Value: value(d)})
	}
	return fields
}

// DocumentAfter are the fields of a change that a cluster's document is to
// hold: all but the log configuration, which is read elsewhere.
func (c Change) DocumentAfter() []jsonpatch.Field {
	return slices.DeleteFunc(c.After(), func(f jsonpatch.Field) bool { return isLogField(f.Path) })
}

// PostedAfter are the fields of a creation that POST takes. It cannot ask for
// the absence of one.
func (c Change) PostedAfter() []jsonpatch.Field {
	return slices.DeleteFunc(c.DocumentAfter(), func(f jsonpatch.Field) bool { return !isPosted(f) })
}

func isPosted(f jsonpatch.Field) bool {
	return f.Value != nil && !strings.HasPrefix(f.Path, "/updatePreferences/")
}

// isLogField reports whether a path is of the log configuration, not of a document.
func isLogField(path string) bool { return strings.HasPrefix(path, LogField+"/") }

// IsMadeIn reports whether a cluster is as a creation wants it, its log configuration
// included (done), or as its POST made it and nobody changed since (begun): a run was
// cut off then, and what is missing can be added without writing over anything.
func (c Change) IsMadeIn(document []byte, log *cluster.LiveLogConfig, now time.Time) (done, begun bool, err error) {
	missing, err := Compare(document, c.DocumentAfter())
	if err != nil {
		return false, false, err
	}
	wanted, _, err := c.Log()
	if err != nil {
		return false, false, err
	}
	done = len(missing) == 0 && (wanted == nil || wanted.IsMetBy(log, now))
	isAnothers := func(m Mismatch) bool { return isPosted(m.Wanted()) || !cluster.IsUnset(m.Path, m.Found) }
	begun = !done && len(c.Requests) > 1 && !log.InForce(now) && !slices.ContainsFunc(missing, isAnothers)
	return done, begun, nil
}

// OpenFields are the fields of a cluster that anybody may write: its description
// and the members of its configuration and its updatePreferences, as they are
// served. The rest of a document is the server's, and has keys in it.
func OpenFields(doc json.RawMessage) ([]jsonpatch.Field, error) {
	served := jsonpatch.Decode(doc)
	description, there, err := served.Lookup("/description")
	if err != nil {
		return nil, err
	}
	var fields []jsonpatch.Field
	if there {
		fields = append(fields, jsonpatch.Field{Path: "/description", Value: description})
	}
	for _, parent := range cluster.OpenObjects() {
		members := cluster.Members(served.Value(parent))
		for _, key := range slices.Sorted(maps.Keys(members)) {
			fields = append(fields, jsonpatch.Field{Path: parent + jsonpatch.Pointer(key), Value: members[key]})
		}
	}
	return fields, nil
}

// ShowsOpenFields reports whether a document shows the objects that have open
// fields. The answer to a write need not.
func ShowsOpenFields(doc json.RawMessage) bool {
	served := jsonpatch.Decode(doc)
	return !slices.ContainsFunc(cluster.OpenObjects(), func(path string) bool { return served.Value(path) == nil })
}
