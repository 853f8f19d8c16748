package desired

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/policy"
)

// Export selects what is exported from a tenant.
type Export struct {
	Selection cluster.Selection
	// LogConfig also exports the log configurations that are set.
	LogConfig bool
	Now       time.Time
	// For is the org of another tenant that the file is for, so it contains no ids. If empty,
	// the file is for the exported tenant.
	For string
}

// Picks reports whether a cluster is exported. Clusters that a file without a policy
// ignores are not: that file could not declare them.
func (x Export) Picks(live cluster.Live) bool {
	return policy.Policy{}.Owns(live.Name, live.Type) && x.Selection.Picks(live.Name)
}

// Of returns the file of a tenant, for which a plan has no changes, and what had to be
// left out: one printable line each.
func (x Export) Of(snapshot cluster.Snapshot) (file File, leftOut []string) {
	if org := cmp.Or(x.For, snapshot.Tenant.Org); !isBlank(org) {
		file.Tenant = org
	}
	namesakes := map[string]int{}
	for _, live := range snapshot.Clusters {
		namesakes[live.Name]++
	}
	inOrder := slices.SortedFunc(slices.Values(snapshot.Clusters), func(a, b cluster.Live) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for _, live := range inOrder {
		switch {
		case !x.Picks(live):
			continue
		case live.Problem != "":
			leftOut = append(leftOut, "cluster "+escape.Quote(cmp.Or(live.ID, live.Name))+" is left out: "+live.Problem)
			continue
		case isBlank(live.Name):
			leftOut = append(leftOut, "cluster "+escape.Quote(live.ID)+" is left out: it has no name")
			continue
		case x.For != "" && namesakes[live.Name] > 1:
			leftOut = append(leftOut, "cluster "+escape.Quote(live.Name)+" ("+escape.Text(live.ID)+") is left out: "+
				"another cluster has the same name, and a file for another tenant contains no ids")
			continue
		}
		d := x.declare(live)
		if namesakes[live.Name] > 1 {
			d.Cluster.ID = live.ID
		}
		file.Clusters = append(file.Clusters, d.Cluster)
		for _, what := range d.LeftOut {
			leftOut = append(leftOut, "cluster "+escape.Quote(live.Name)+": "+what.Text)
		}
	}
	return file, leftOut
}

func (x Export) declare(live cluster.Live) Declaration {
	d := Declare(live)
	switch {
	case !x.LogConfig:
	case live.Log.Problem != "":
		d.leaveOut("/logConfig", nil, "its log configuration", live.Log.Problem)
	default:
		d.declareLog(live.Log.Config, x.Now)
	}
	return d
}

// Declaration is a live cluster as a file would declare it.
type Declaration struct {
	Cluster cluster.Cluster
	// LeftOut is what a person may have set but a file cannot contain.
	LeftOut []LeftOut
}

// LeftOut is a value that a file cannot contain.
type LeftOut struct {
	// Path is a JSON Pointer in the document of the cluster.
	Path  string
	Value json.RawMessage // as returned; nil if it is in no document
	Text  string          // one printable line
}

// Declare returns the declaration of a live cluster that has a name: what a person may
// have set. A plan for it has no changes. An empty description and null values are not
// declared, because null in a file removes a key.
func Declare(live cluster.Live) Declaration {
	d := Declaration{Cluster: cluster.Cluster{Name: live.Name, State: cluster.Present}}
	switch {
	case misspelledType(live.Type) != "":
		d.leaveOut("/type", jsonpatch.Quote(live.Type), "type", "a file cannot have "+escape.Quote(live.Type))
	case !isBlank(live.Type):
		d.Cluster.Type = &live.Type
	}
	var document, configuration, preferences map[string]json.RawMessage
	d.decode("", live.Document, &document, "its data", "it is not a JSON object")
	if d.Cluster.Description = d.text("/description", "description", document["description"]); d.Cluster.Description != nil && *d.Cluster.Description == "" {
		d.Cluster.Description = nil
	}
	d.decode("/configuration", document["configuration"], &configuration, "configuration", "it is not a JSON object")
	d.configuration(configuration)
	d.decode("/updatePreferences", document["updatePreferences"], &preferences, "updatePreferences", "it is not a JSON object")
	d.updatePreferences(preferences)
	return d
}

func (d *Declaration) leaveOut(path string, value json.RawMessage, what, why string) {
	d.LeftOut = append(d.LeftOut, LeftOut{path, value, what + " is left out: " + why})
}

// decode decodes a value that the tenant returned. It returns false if the value is
// missing or null, or if it has the wrong type and is left out.
func (d *Declaration) decode(path string, served json.RawMessage, into any, what, wrong string) bool {
	if len(served) == 0 || string(bytes.TrimSpace(served)) == "null" {
		return false
	}
	if json.Unmarshal(served, into) != nil {
		d.leaveOut(path, served, what, wrong)
		return false
	}
	return true
}

// text returns a string that the tenant returned, nil if there is none.
func (d *Declaration) text(path, label string, served json.RawMessage) *string {
	var s string
	if !d.decode(path, served, &s, label, "it is not a string") {
		return nil
	}
	return &s
}

// serverKeys returns the configuration keys that the server manages. Unknown keys are
// exported: a person can delete one from the file, but would not notice a missing one.
func serverKeys() []string {
	return []string{
		"clusterExternalId", "clusterType", "cookbook", "failureThreshold", "jobType",
		"processes", "restartThresholdInHours", "scheduleUpgrade", "va_version",
	}
}

func (d *Declaration) configuration(served map[string]json.RawMessage) {
	for _, key := range slices.Sorted(maps.Keys(served)) {
		if slices.Contains(serverKeys(), key) {
			continue
		}
		label, path := "configuration key "+escape.Quote(key), jsonpatch.Pointer("configuration", key)
		switch value := d.text(path, label, served[key]); {
		case value == nil:
		case !layout.IsWritableKey(key):
			d.leaveOut(path, served[key], label, "it is blank, or too long for a YAML key")
		default:
			set(&d.Cluster.Configuration, key, value)
		}
	}
}

func (d *Declaration) updatePreferences(served map[string]json.RawMessage) {
	for _, key := range names(preferenceFields()) {
		path := jsonpatch.Pointer("updatePreferences", key)
		value := d.text(path, key, served[key])
		switch {
		case value == nil || *value == "":
		case key == "updateState" && !slices.Contains(updateStates(), *value):
			d.leaveOut(path, served[key], key, "unknown value "+escape.Quote(*value)+" (known: "+strings.Join(updateStates(), ", ")+")")
		default:
			set(&d.Cluster.UpdatePreferences, key, value)
		}
	}
}

func set(settings *cluster.Settings, key string, value *string) {
	if *settings == nil {
		*settings = cluster.Settings{}
	}
	(*settings)[key] = value
}

// declareLog declares the current log configuration, if there is one, with the time
// when it expires: nobody asked for it to be renewed.
func (d *Declaration) declareLog(live *cluster.LiveLogConfig, now time.Time) {
	if !live.InForce(now) {
		return
	}
	if why := undeclarable(*live); why != "" {
		d.leaveOut("/logConfig", nil, "its log configuration", why)
		return
	}
	d.Cluster.LogConfig = &cluster.LogConfig{
		RootLevel: live.RootLevel, LogLevels: maps.Clone(live.LogLevels), Expiration: live.Expiration.UTC(),
	}
}

// undeclarable returns why a log configuration cannot be declared, "" if it can. A log
// configuration is managed as a whole, so it is left out as a whole.
func undeclarable(live cluster.LiveLogConfig) string {
	const lastYear = 9999 // in RFC 3339
	switch {
	case live.Expiration.IsZero():
		return "the tenant does not return when it expires"
	case live.Expiration.UTC().Year() > lastYear:
		return "it expires after the year 9999"
	case !slices.Contains(cluster.Levels(), live.RootLevel):
		return "its rootLevel " + escape.Quote(string(live.RootLevel)) + " is unknown"
	}
	for _, logger := range slices.Sorted(maps.Keys(live.LogLevels)) {
		switch level := live.LogLevels[logger]; {
		case !layout.IsWritableKey(logger):
			return "a logger name is blank, or too long for a YAML key"
		case !slices.Contains(cluster.Levels(), level):
			return "log level " + escape.Quote(string(level)) + " of " + escape.Quote(logger) + " is unknown"
		}
	}
	return ""
}
