package desired

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
)

// Declaration is a live cluster as a file would declare it.
type Declaration struct {
	Cluster cluster.Cluster
	// LeftOut tells what a person set, as far as anybody can know, and no file
	// can say: one line each, printable.
	LeftOut []string
}

// Declare says of a live cluster with a name what a person set, and leaves out
// what the server put there. What it declares is so already: it plans to no
// change. An empty description says nothing, and neither does null: to declare
// it would be to ask for the key to be gone.
func Declare(live cluster.Live) Declaration {
	d := declarer{Declaration{Cluster: cluster.Cluster{Name: live.Name, State: cluster.Present}}}
	if !isBlank(live.Type) {
		d.Cluster.Type = &live.Type
	}
	document := d.members("what it was served with", live.Document)
	if description := d.text("description", document["description"]); description != nil && *description != "" {
		d.Cluster.Description = description
	}
	d.configuration(document["configuration"])
	d.updatePreferences(document["updatePreferences"])
	return d.Declaration
}

// declarer reads what was served. Every member of it can be missing, null, or
// something else than it should be.
type declarer struct{ Declaration }

func (d *Declaration) leaveOut(what, why string) {
	d.LeftOut = append(d.LeftOut, what+" is left out: "+why)
}

// serverKeys are the configuration keys that the server puts there for itself.
// One that nobody has heard of is taken for a person's: left out, it would be
// lost unseen, and in a file it can be struck out.
func serverKeys() []string {
	return []string{
		"clusterExternalId", "clusterType", "cookbook", "failureThreshold", "jobType",
		"processes", "restartThresholdInHours", "scheduleUpgrade", "va_version",
	}
}

func (d *declarer) configuration(served json.RawMessage) {
	settings := cluster.Settings{}
	configuration := d.members("configuration", served)
	for _, key := range slices.Sorted(maps.Keys(configuration)) {
		if slices.Contains(serverKeys(), key) {
			continue
		}
		label := "configuration key " + escape.Quote(key)
		switch value := d.text(label, configuration[key]); {
		case value == nil:
		case !layout.IsWritableKey(key):
			d.leaveOut(label, "it is blank, or too long for a key")
		default:
			settings[key] = value
		}
	}
	if len(settings) > 0 {
		d.Cluster.Configuration = settings
	}
}

func (d *declarer) updatePreferences(served json.RawMessage) {
	settings := cluster.Settings{}
	preferences := d.members("updatePreferences", served)
	for _, key := range names(updatePreferenceFields()) {
		value := d.text(key, preferences[key])
		switch {
		case value == nil || *value == "":
		case key == "updateState" && !slices.Contains(updateStates(), *value):
			d.leaveOut(key, escape.Quote(*value)+" is not known ("+oneOf(updateStates())+")")
		default:
			settings[key] = value
		}
	}
	if len(settings) > 0 {
		d.Cluster.UpdatePreferences = settings
	}
}

// text is a served string, nil where there is none.
func (d *declarer) text(label string, served json.RawMessage) *string {
	if isAbsent(served) {
		return nil
	}
	var s string
	if json.Unmarshal(served, &s) != nil {
		d.leaveOut(label, "it is no string")
		return nil
	}
	return &s
}

// members are those of a served object, none where there is no object.
func (d *declarer) members(label string, served json.RawMessage) map[string]json.RawMessage {
	if isAbsent(served) {
		return nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(served, &members) != nil {
		d.leaveOut(label, "it is no object")
	}
	return members
}

func isAbsent(served json.RawMessage) bool {
	return len(served) == 0 || string(bytes.TrimSpace(served)) == "null"
}

// declareLog declares the log configuration in force, if there is one: as a
// window that ends when it does. As one that is kept in force, it would be
// asked for again and again, which nobody has said.
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

// undeclarable says why a log configuration cannot be declared, empty where it
// can. It is managed as a whole, so that all of it is left out or nothing.
func undeclarable(live cluster.LiveLogConfig) string {
	const lastYear = 9999 // that RFC 3339 can say
	switch {
	case live.Expiration.IsZero():
		return "the tenant does not say when it ends"
	case live.Expiration.UTC().Year() > lastYear:
		return "it ends later than a file can say"
	case !slices.Contains(levels(), string(live.RootLevel)):
		return "its rootLevel " + escape.Quote(string(live.RootLevel)) + " is not known"
	}
	for _, logger := range slices.Sorted(maps.Keys(live.LogLevels)) {
		switch level := string(live.LogLevels[logger]); {
		case !layout.IsWritableKey(logger):
			return "the name of a logger is blank, or too long for a key"
		case !slices.Contains(levels(), level):
			return "level " + escape.Quote(level) + " of " + escape.Quote(logger) + " is not known"
		}
	}
	return ""
}
