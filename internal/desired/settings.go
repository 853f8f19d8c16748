package desired

import (
	"slices"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
)

// settingFields is the table of the keys that set something on a cluster:
// those that defaults can state, and that an absent cluster cannot have.
func settingFields() []field[cluster.Cluster] {
	return []field[cluster.Cluster]{
		{"type", typeForm("The type of the cluster. The API cannot change it."), readType},
		{
			"description",
			text("What the cluster is for. Null is the same as an empty one.").orNull().orBlank().like("Austin data centre"),
			readDescription,
		},
		{
			"configuration",
			free("Settings of the cluster. Only the keys named here are managed; null removes a key. "+
				"Values are strings on the wire and taken as they are spelled.",
				text("The value as it is spelled, or null to remove the key.").orNull().orBlank(),
				property{"gmtOffset", text("Hours ahead of Greenwich, from -12 to 14.").orNull().orBlank().like("-6")},
				property{"debug", text("Whether the appliances log more than they need to.").orNull().orBlank().like("false")}),
			readConfiguration,
		},
		{
			"updatePreferences",
			objectOf("How the appliances are kept up to date. Only the keys named here are managed; null removes a key.",
				updatePreferenceFields()),
			readUpdatePreferences,
		},
		{"logConfig", logConfigForm(), readLogConfig},
	}
}

func typeForm(about string) form { return text(about).known(knownTypes()...) }

// knownTypes are the types that the vendor documents. It adds to them, so that
// another is only warned about.
func knownTypes() []string {
	return []string{
		"idn", "iai", "spConnectCluster", "sqsCluster",
		"das-rc", "das-pc", "das-dc", "pag", "das-am", "standard",
	}
}

func readType(r *reader, v value, c *cluster.Cluster) {
	if typ, ok := r.clusterType(v); ok {
		c.Type = &typ
	}
}

// clusterType reads a type, known or not.
func (r *reader) clusterType(v value) (string, bool) {
	typ, ok := r.filledText(v)
	if ok && !slices.Contains(knownTypes(), typ) {
		r.warn(v.node, codeUnknownType, "unknown type "+escape.Quote(typ), suggest(typ, knownTypes()))
	}
	return typ, ok
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
	var values map[string]*yaml.Node
	c.Configuration, values = r.settings(v)
	r.lintGMTOffset(values["gmtOffset"], c.Configuration["gmtOffset"])
}

func readUpdatePreferences(r *reader, v value, c *cluster.Cluster) {
	settings := cluster.Settings{}
	if _, ok := readObject(r, v, r.tables.preferences, &settings); ok {
		c.UpdatePreferences = settings
	}
}

// updatePreferenceFields is the table of the keys of updatePreferences. Null
// asks for any of them to be removed.
func updatePreferenceFields() []field[cluster.Settings] {
	return []field[cluster.Settings]{
		{"updateState", choice("Whether appliances update themselves.", updateStates()...).orNull(), readUpdateState},
		{
			"notificationEmail",
			text("Who is told of updates.").orNull().orBlank().like("ops@example.com"),
			readPreference,
		},
		{"processGroups", text("The process groups that are updated.").orNull().orBlank(), readPreference},
	}
}

func readUpdateState(r *reader, v value, s *cluster.Settings) {
	readPreference(r, v, s)
	state := (*s)[v.label]
	if state == nil || slices.Contains(updateStates(), *state) {
		return
	}
	r.fail(v.node, codeUnknownUpdateState, "unknown updateState "+escape.Quote(*state), suggest(*state, updateStates()))
}

func updateStates() []string { return []string{"AUTO", "DISABLED"} }

func readPreference(r *reader, v value, s *cluster.Settings) {
	if text, ok := r.textOrNull(v); ok {
		(*s)[v.label] = text
	}
}
