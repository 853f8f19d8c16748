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

// Mismatch is a field with an unexpected value. A nil value is an absent field.
type Mismatch struct {
	Path     string
	Expected json.RawMessage
	Found    json.RawMessage
}

// Mismatches are the fields of a document with unexpected values.
type Mismatches []Mismatch

// Compare returns the fields in which a document does not meet what is wanted; see
// cluster.FieldMeets.
func Compare(doc json.RawMessage, want []jsonpatch.Field) (Mismatches, error) {
	return compareBy(cluster.FieldMeets, doc, want)
}

// CompareExactly is Compare for an earlier state: a member that was added since is a
// mismatch too.
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

// String lists the mismatches on one line.
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

// Wanted is the field with its expected value.
func (m Mismatch) Wanted() jsonpatch.Field { return jsonpatch.Field{Path: m.Path, Value: m.Expected} }

// Wanted returns the mismatched fields with their expected values.
func (m Mismatches) Wanted() []jsonpatch.Field {
	fields := make([]jsonpatch.Field, 0, len(m))
	for _, f := range m {
		fields = append(fields, f.Wanted())
	}
	return fields
}

// Before returns the fields of a change as they were when it was planned.
func (c Change) Before() []jsonpatch.Field {
	return c.fields(func(d jsonpatch.Edit) json.RawMessage { return d.Before })
}

// After returns the fields of a change as it leaves them.
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

// DocumentBefore returns the fields of a change as they were reviewed in the document of the
// cluster, without the log configuration.
func (c Change) DocumentBefore() []jsonpatch.Field {
	return slices.DeleteFunc(c.Before(), func(f jsonpatch.Field) bool { return isLogField(f.Path) })
}

// DocumentAfter returns the fields of After that are in the cluster's document. The log
// configuration is a resource of its own.
func (c Change) DocumentAfter() []jsonpatch.Field {
	return slices.DeleteFunc(c.After(), func(f jsonpatch.Field) bool { return isLogField(f.Path) })
}

// PostedAfter returns the fields of a create that its POST sets. A POST cannot remove a
// field.
func (c Change) PostedAfter() []jsonpatch.Field {
	return slices.DeleteFunc(c.DocumentAfter(), func(f jsonpatch.Field) bool { return !isPosted(f) })
}

func isPosted(f jsonpatch.Field) bool {
	return f.Value != nil && !strings.HasPrefix(f.Path, "/updatePreferences/")
}

// isLogField reports whether a path is in the log configuration.
func isLogField(path string) bool { return strings.HasPrefix(path, LogField+"/") }

// IsMadeIn reports whether a cluster is complete as a create wants it, log configuration
// included (done), or as its POST left it and nobody changed it since (partial). In the
// second case a run was interrupted, and the rest can be added without overwriting
// anything.
func (c Change) IsMadeIn(document []byte, log *cluster.LiveLogConfig, now time.Time) (done, partial bool, err error) {
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
	partial = !done && len(c.Requests) > 1 && !log.InForce(now) && !slices.ContainsFunc(missing, isAnothers)
	return done, partial, nil
}

// OpenFields returns the fields of a served document that users may write: the
// description and the members of configuration and updatePreferences.
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

// ShowsOpenFields reports whether a document has the objects of open fields. The response
// to a write may lack them.
func ShowsOpenFields(doc json.RawMessage) bool {
	served := jsonpatch.Decode(doc)
	return !slices.ContainsFunc(cluster.OpenObjects(), func(path string) bool { return served.Value(path) == nil })
}
