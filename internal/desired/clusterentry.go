package desired

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
)

// clusterFields is the table of the keys of a cluster.
func clusterFields() []field[cluster.Cluster] {
	return append([]field[cluster.Cluster]{
		{"name", text("The name of the cluster, unique across all files. Clusters with an id may share a name.").like("va-austin"), codec[cluster.Cluster]{
			readName, func(c *cluster.Cluster) *yaml.Node { return literal(c.Name) },
		}},
		{"id", text("Binds the entry to the live cluster with this id, so that you can change its name. If no cluster has the id, that is an error; none is created.").
			like("2c9180897de347a2017de8859e8c5039"),
			asIdentifier(func(c *cluster.Cluster) *string { return &c.ID })},
		{"renamedFrom", text("The former name of the cluster: a live cluster of that name is renamed. Has no effect after the rename.").
			like("va-texas"),
			asIdentifier(func(c *cluster.Cluster) *string { return &c.RenamedFrom })},
		{"state", choice("present: the cluster exists. absent: the cluster is deleted.", words(states())...).
			byDefault(string(cluster.Present)),
			codec[cluster.Cluster]{
				func(r *reader, v value, c *cluster.Cluster) {
					c.State, _ = oneOf(r, v, codeUnknownState, "state", states())
				},
				func(c *cluster.Cluster) *yaml.Node {
					return onlyIf(c.State == cluster.Absent, literal(string(cluster.Absent)))
				},
			}},
		{"removeClients", boolean("With state: absent, delete the cluster even if clients or services are attached, or if that is unknown. Without it, such a delete is blocked.").
			byDefault(false),
			asBoolean(func(c *cluster.Cluster) *bool { return &c.RemoveClients })},
	}, settingFields()...)
}

// settingFields is the table of a cluster's settings: the keys that defaults can have
// and an absent cluster cannot.
func settingFields() []field[cluster.Cluster] {
	return []field[cluster.Cluster]{
		{"type", typeForm("The type of the cluster. The API cannot change the type of an existing cluster."), codec[cluster.Cluster]{
			readType, func(c *cluster.Cluster) *yaml.Node { return literalOrNil(c.Type) },
		}},
		{"description", text("A description of the cluster. null means an empty description.").orNull().like("Austin data centre"),
			codec[cluster.Cluster]{readDescription, func(c *cluster.Cluster) *yaml.Node { return literalOrNil(c.Description) }}},
		{"configuration", free("Settings of the cluster. Only the keys listed here are managed; null removes a key. "+
			"The API stores strings: every value is used exactly as written.",
			text("The value, used exactly as written, or null to remove the key.").orNull(), knownSettings()...),
			codec[cluster.Cluster]{readConfiguration, func(c *cluster.Cluster) *yaml.Node {
				return sortedMap(c.Configuration, settingNode)
			}}},
		{"updatePreferences", objectOf("How the appliances are updated. Only the keys listed here are managed; null removes a key.",
			preferenceFields()),
			codec[cluster.Cluster]{readPreferences, func(c *cluster.Cluster) *yaml.Node {
				return writeObject(preferenceFields(), &c.UpdatePreferences)
			}}},
		{"logConfig", logConfigForm(), codec[cluster.Cluster]{readLogConfig, writeLogConfig}},
	}
}

// knownSettings are the keys of configuration that SailPoint documents.
func knownSettings() []property {
	return []property{
		{"gmtOffset", text("UTC offset in hours, from -12 to 14.").orNull().like("-6")},
		{"debug", text("Whether the appliances write debug logs.").orNull().like("false")},
	}
}

// preferenceFields is the table of the keys of updatePreferences. Null removes a key.
func preferenceFields() []field[cluster.Settings] {
	return []field[cluster.Settings]{
		{"updateState", choice("Whether the appliances update automatically.", updateStates()...).orNull(), asUpdateState()},
		{"notificationEmail", text("The address that gets notifications about updates.").orNull().like("ops@example.com"), asEmail("notificationEmail")},
		{"processGroups", text("The process groups to update.").orNull(), asSetting("processGroups")},
	}
}

func asSetting(key string) codec[cluster.Settings] {
	return codec[cluster.Settings]{
		func(r *reader, v value, s *cluster.Settings) {
			if text, ok := r.textOrNull(v); ok {
				(*s)[key] = text
			}
		},
		func(s *cluster.Settings) *yaml.Node {
			v, ok := (*s)[key]
			return onlyIf(ok, settingNode(v))
		},
	}
}

func asUpdateState() codec[cluster.Settings] {
	c := asSetting("updateState")
	read := c.read
	c.read = func(r *reader, v value, s *cluster.Settings) {
		if read(r, v, s); (*s)["updateState"] != nil {
			oneOf(r, v, codeUnknownUpdateState, "updateState", updateStates())
		}
	}
	return c
}

func updateStates() []string { return []string{"AUTO", "DISABLED"} }

func states() []cluster.State { return []cluster.State{cluster.Present, cluster.Absent} }

// clusterForm is the form of an entry of clusters.
func clusterForm() form {
	return objectOf("A cluster. Fields that are left out are not managed.", clusterFields()).
		needs("name").
		where(absentHas(names(settingFields())), removeClientsNeedsAbsent())
}

// readEntry reads one entry of clusters.
func (f *fileReader) readEntry(n *yaml.Node) {
	f.loader.entries++
	c := cluster.Cluster{State: cluster.Present}
	o, ok := readObject(f.reader, value{"an entry of clusters", n}, f.clusterTable, &c)
	if !ok {
		return
	}
	c.Source = cluster.Source{File: f.file, Line: o.at.Line, Column: o.at.Column}
	f.checkState(o, c)
	if !o.has("name") {
		f.fail(o.at, codeMissingName, "name is missing", "every cluster needs one")
	}
	f.clusters, f.claims = append(f.clusters, c), append(f.claims, claimOf(o))
}

// checkState checks the keys that depend on the state. A cluster with an unknown
// state has State "", and is not checked.
func (f *fileReader) checkState(o object, c cluster.Cluster) {
	switch c.State {
	case cluster.Present:
		if c.RemoveClients {
			f.fail(o.key("removeClients"), codeRemoveClients, "removeClients: true requires state: absent",
				"remove it, or add state: absent to delete the cluster")
		}
	case cluster.Absent:
		for _, key := range names(settingFields()) {
			if o.has(key) {
				f.fail(o.key(key), codeAbsentWithSettings, key+" cannot be combined with state: absent",
					"remove it, or remove state: absent to keep the cluster")
			}
		}
	}
}

func readName(r *reader, v value, c *cluster.Cluster) {
	switch name, ok := r.textOrNull(v); {
	case !ok:
	case name == nil || isBlank(*name):
		r.fail(v.node, codeEmptyName, "name is empty", "every cluster needs one")
	default:
		c.Name = *name
		r.warnOfSpace(v, c.Name)
	}
}

func typeForm(about string) form { return text(about).known(knownTypes()...) }

// knownTypes returns the types that SailPoint documents. It adds types, so another one
// is only a warning.
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
	if !ok || slices.Contains(knownTypes(), typ) {
		return typ, ok
	}
	if meant := misspelledType(typ); meant != "" {
		r.fail(v.node, codeMisspelledType, "the API rejects type "+escape.Quote(typ), "write "+escape.Quote(meant))
	} else {
		r.warn(v.node, codeUnknownType, "unknown type "+escape.Quote(typ), suggestOr(typ, knownTypes(), "SailPoint documents "+strings.Join(knownTypes(), ", ")))
	}
	return typ, ok
}

// misspelledType returns the known type that a type differs from only in case or white
// space; it is empty if there is none.
func misspelledType(typ string) string {
	isMeant := func(known string) bool { return typ != known && strings.EqualFold(strings.TrimSpace(typ), known) }
	if i := slices.IndexFunc(knownTypes(), isMeant); i >= 0 {
		return knownTypes()[i]
	}
	return ""
}

// readDescription reads null as the empty description, as the API does.
func readDescription(r *reader, v value, c *cluster.Cluster) {
	if description, ok := r.textOrNull(v); ok {
		c.Description = cmp.Or(description, new(string))
	}
}

func readConfiguration(r *reader, v value, c *cluster.Cluster) {
	entries, ok := r.freeEntries(v)
	if !ok {
		return
	}
	c.Configuration = make(cluster.Settings, len(entries))
	for _, e := range entries {
		r.warnOfSettingKey(e.key, e.name)
		s, ok := r.textOrNull(value{"the value of " + v.label + " key " + escape.Quote(e.name), e.value})
		if !ok {
			continue
		}
		if c.Configuration[e.name] = s; e.name == "gmtOffset" && s != nil {
			r.checkGMTOffset(e.value, *s)
		}
	}
}

// checkGMTOffset warns about an offset that does not exist. The API accepts any text.
func (r *reader) checkGMTOffset(at *yaml.Node, offset string) {
	const least, most = -12, 14
	if hours, err := strconv.Atoi(offset); err != nil || hours < least || hours > most {
		r.warn(at, codeBadGMTOffset, "gmtOffset "+escape.Quote(offset)+" is not a UTC offset in hours",
			fmt.Sprintf("use a whole number from %d to %d", least, most))
	}
}

func settingNode(v *string) *yaml.Node {
	if v == nil {
		return plain("!!null", "null")
	}
	return literal(*v)
}

func readPreferences(r *reader, v value, c *cluster.Cluster) {
	settings := cluster.Settings{}
	if _, ok := readObject(r, v, r.preferenceTable, &settings); ok {
		c.UpdatePreferences = settings
	}
}
