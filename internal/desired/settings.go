package desired

import (
	"slices"

	"clusterctl/internal/cluster"
)

// settingFields is the table of the keys that set something on a cluster:
// those that defaults can state, and that an absent cluster cannot have.
func settingFields() []field[cluster.Cluster] {
	return []field[cluster.Cluster]{
		{"type", readType},
		{"description", readDescription},
		{"configuration", readConfiguration},
		{"updatePreferences", readUpdatePreferences},
		{"logConfig", readLogConfig},
	}
}

// knownTypes are the types that the vendor documents. It adds to them, so that
// another is only warned about.
func knownTypes() []string {
	return []string{
		"idn", "iai", "spConnectCluster", "sqsCluster",
		"das-rc", "das-pc", "das-dc", "pag", "das-am", "standard",
	}
}

func readType(r *reader, v value, c *cluster.Cluster) {
	typ, ok := r.filledText(v)
	if !ok {
		return
	}
	c.Type = &typ
	if slices.Contains(knownTypes(), typ) {
		return
	}
	r.warn(v.node, "unknown-type", "unknown type "+quote(typ), suggest(typ, knownTypes()))
}

// readDescription takes null for the empty description that the API serves
// for it.
func readDescription(r *reader, v value, c *cluster.Cluster) {
	description, ok := r.textOrNull(v)
	if ok && description == nil {
		description = new(string)
	}
	if ok {
		c.Description = description
	}
}

func readConfiguration(r *reader, v value, c *cluster.Cluster) {
	c.Configuration, _ = r.settings(v)
}

func readUpdatePreferences(r *reader, v value, c *cluster.Cluster) {
	settings := cluster.Settings{}
	if _, ok := readObject(r, v, updatePreferenceFields(), &settings); ok {
		c.UpdatePreferences = settings
	}
}

// updatePreferenceFields is the table of the keys of updatePreferences. Null
// asks for any of them to be removed.
func updatePreferenceFields() []field[cluster.Settings] {
	return []field[cluster.Settings]{
		{"updateState", readUpdateState},
		{"notificationEmail", readPreference},
		{"processGroups", readPreference},
	}
}

func readUpdateState(r *reader, v value, s *cluster.Settings) {
	readPreference(r, v, s)
	state := (*s)[v.label]
	if state == nil || *state == "AUTO" || *state == "DISABLED" {
		return
	}
	r.fail(v.node, "unknown-update-state", "unknown updateState "+quote(*state), suggest(*state, []string{"AUTO", "DISABLED"}))
}

func readPreference(r *reader, v value, s *cluster.Settings) {
	if text, ok := r.textOrNull(v); ok {
		(*s)[v.label] = text
	}
}
