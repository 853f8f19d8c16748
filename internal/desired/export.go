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
	"clusterctl/internal/policy"
)

// Export defines what of a tenant becomes a file.
type Export struct {
	Selection cluster.Selection
	// LogConfig has the log configurations in force declared, too.
	LogConfig bool
	Now       time.Time
}

// Picks reports whether a cluster is exported. What a file ignores that states
// no policy is not: it could not be declared in one.
func (x Export) Picks(live cluster.Live) bool {
	return policy.Policy{}.Owns(live.Name, live.Type) && x.Selection.Picks(live.Name)
}

// Of is the file of a tenant, which plans to no changes there, and what had to
// be left out of it: a printable line each.
func (x Export) Of(snapshot cluster.Snapshot) (file File, leftOut []string) {
	if !isBlank(snapshot.Tenant.Org) {
		file.Tenant = snapshot.Tenant.Org
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
		}
		d := x.declare(live)
		if namesakes[live.Name] > 1 {
			d.Cluster.ID = live.ID
		}
		file.Clusters = append(file.Clusters, d.Cluster)
		for _, what := range d.LeftOut {
			leftOut = append(leftOut, "cluster "+escape.Quote(live.Name)+": "+what)
		}
	}
	return file, leftOut
}

func (x Export) declare(live cluster.Live) Declaration {
	d := Declare(live)
	switch {
	case !x.LogConfig:
	case live.Log.Problem != "":
		d.leaveOut("its log configuration", live.Log.Problem)
	default:
		d.declareLog(live.Log.Config, x.Now)
	}
	return d
}

// Declaration is a live cluster as a file would declare it.
type Declaration struct {
	Cluster cluster.Cluster
	// LeftOut is what a person seems to have set, and no file
	// can state: one line each, printable.
	LeftOut []string
}

// Declare returns of a live cluster with a name what a person set. It plans to no
// change. An empty description and null are not declared: null in a file removes
// the key.
func Declare(live cluster.Live) Declaration {
	d := Declaration{Cluster: cluster.Cluster{Name: live.Name, State: cluster.Present}}
	if !isBlank(live.Type) {
		d.Cluster.Type = &live.Type
	}
	var document, configuration, preferences map[string]json.RawMessage
	d.decode(live.Document, &document, "its data", "it is not a JSON object")
	if d.Cluster.Description = d.text("description", document["description"]); d.Cluster.Description != nil && *d.Cluster.Description == "" {
		d.Cluster.Description = nil
	}
	d.decode(document["configuration"], &configuration, "configuration", "it is not a JSON object")
	d.configuration(configuration)
	d.decode(document["updatePreferences"], &preferences, "updatePreferences", "it is not a JSON object")
	d.updatePreferences(preferences)
	return d
}

func (d *Declaration) leaveOut(what, why string) {
	d.LeftOut = append(d.LeftOut, what+" is left out: "+why)
}

// decode decodes a served value. It reports false if it is missing or null, or of
// the wrong type, and then left out.
func (d *Declaration) decode(served json.RawMessage, into any, what, wrong string) bool {
	if len(served) == 0 || string(bytes.TrimSpace(served)) == "null" {
		return false
	}
	if json.Unmarshal(served, into) != nil {
		d.leaveOut(what, wrong)
		return false
	}
	return true
}

// text is a served string, nil if there is none.
func (d *Declaration) text(label string, served json.RawMessage) *string {
	var s string
	if !d.decode(served, &s, label, "it is not a string") {
		return nil
	}
	return &s
}

// serverKeys are the configuration keys that the server sets for itself. Unknown
// keys are exported: a person can delete one, but would not miss it.
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
		label := "configuration key " + escape.Quote(key)
		switch value := d.text(label, served[key]); {
		case value == nil:
		case !layout.IsWritableKey(key):
			d.leaveOut(label, "it is blank, or too long for a YAML key")
		default:
			set(&d.Cluster.Configuration, key, value)
		}
	}
}

func (d *Declaration) updatePreferences(served map[string]json.RawMessage) {
	for _, key := range names(preferenceFields()) {
		value := d.text(key, served[key])
		switch {
		case value == nil || *value == "":
		case key == "updateState" && !slices.Contains(updateStates(), *value):
			d.leaveOut(key, "unknown value "+escape.Quote(*value)+" (known: "+strings.Join(updateStates(), ", ")+")")
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

// declareLog declares the log configuration in force, if there is one, as a window
// that ends when it does: nobody has asked for it to be renewed.
func (d *Declaration) declareLog(live *cluster.LiveLogConfig, now time.Time) {
	if !live.InForce(now) {
		return
	}
	if why := undeclarable(*live); why != "" {
		d.leaveOut("its log configuration", why)
		return
	}
	d.Cluster.LogConfig = &cluster.LogConfig{
		RootLevel: live.RootLevel, LogLevels: maps.Clone(live.LogLevels), Expiration: live.Expiration.UTC(),
	}
}

// undeclarable is why a log configuration cannot be declared, empty if it can. It
// is managed as a whole, so that all of it is left out or nothing.
func undeclarable(live cluster.LiveLogConfig) string {
	const lastYear = 9999 // that RFC 3339 can state
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
