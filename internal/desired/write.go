package desired

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
)

// File is a desired-state file to be written. Load reads the same clusters from
// what is written, and Format has nothing to change in the YAML.
type File struct {
	// Tenant is the org that the file is for; empty, it does not say.
	Tenant   string
	Clusters []cluster.Cluster
}

// YAML is the file as text.
func (f File) YAML() []byte { return layout.YAML(f.node(), 0) }

// JSON is the same file as JSON, which Load takes, too.
func (f File) JSON() []byte { return layout.JSON(f.node()) }

// Entries are the clusters alone, as they stand in a file below clusters.
func (f File) Entries() []byte { return layout.YAML(f.entries(), layout.Indentation) }

// node is the file, its keys in the order of the canonical layout.
func (f File) node() *yaml.Node {
	var m mapping
	m.add("version", number(supportedVersion))
	m.addText("tenant", f.Tenant)
	m.add("clusters", f.entries())
	return m.node()
}

func (f File) entries() *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, c := range f.Clusters {
		list.Content = append(list.Content, entryNode(c))
	}
	return list
}

func entryNode(c cluster.Cluster) *yaml.Node {
	var m mapping
	m.add("name", literal(c.Name))
	m.addText("id", c.ID)
	m.addText("renamedFrom", c.RenamedFrom)
	if c.State == cluster.Absent {
		m.add("state", literal(string(c.State)))
	}
	if c.RemoveClients {
		m.add("removeClients", plain("!!bool", "true"))
	}
	if c.Type != nil {
		m.add("type", literal(*c.Type))
	}
	if c.Description != nil {
		m.add("description", literal(*c.Description))
	}
	m.addSettings("configuration", c.Configuration, slices.Sorted(maps.Keys(c.Configuration)))
	m.addSettings("updatePreferences", c.UpdatePreferences, names(updatePreferenceFields()))
	if c.LogConfig != nil {
		m.add("logConfig", logNode(*c.LogConfig))
	}
	return m.node()
}

func logNode(c cluster.LogConfig) *yaml.Node {
	var m, levels mapping
	m.add("rootLevel", literal(string(c.RootLevel)))
	for _, logger := range slices.Sorted(maps.Keys(c.LogLevels)) {
		levels.add(logger, literal(string(c.LogLevels[logger])))
	}
	m.addMapping("logLevels", levels)
	if c.IsWindow() {
		m.add("expiration", plain("!!timestamp", c.Expiration.UTC().Format(time.RFC3339Nano)))
	}
	if c.DurationMinutes != 0 {
		m.add("durationMinutes", number(c.DurationMinutes))
	}
	if c.RenewWithinMinutes != nil {
		m.add("renewWithinMinutes", number(*c.RenewWithinMinutes))
	}
	return m.node()
}

// mapping collects the keys of a map, each with its value.
type mapping []*yaml.Node

func (m *mapping) add(key string, value *yaml.Node) {
	*m = append(*m, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
}

// addText adds what is written only where there is something to say.
func (m *mapping) addText(key, value string) {
	if value != "" {
		m.add(key, literal(value))
	}
}

func (m *mapping) addMapping(key string, value mapping) {
	if len(value) > 0 {
		m.add(key, value.node())
	}
}

func (m *mapping) addSettings(key string, settings cluster.Settings, order []string) {
	var values mapping
	for _, k := range order {
		switch v, ok := settings[k]; {
		case ok && v == nil:
			values.add(k, plain("!!null", "null"))
		case ok:
			values.add(k, literal(*v))
		}
	}
	m.addMapping(key, values)
}

func (m mapping) node() *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: m}
}

// literal is text that stands for itself: what looks like a variable in it is
// none.
func literal(s string) *yaml.Node {
	return plain("!!str", strings.ReplaceAll(s, openVariable, "$"+openVariable))
}

func number(n int) *yaml.Node { return plain("!!int", strconv.Itoa(n)) }

func plain(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}
