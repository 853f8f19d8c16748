package desired

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
)

// File is a desired-state file to be written. Load reads the same clusters from
// what is written, and Format has nothing to change in the YAML.
type File struct {
	// Tenant is the org that the file is for; empty, it is not stated.
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
	m := mapping{}
	m.add("version", number(supportedVersion))
	m.add("tenant", onlyIf(f.Tenant != "", literal(f.Tenant)))
	m.add("clusters", f.entries())
	return m.node()
}

func (f File) entries() *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	table := clusterFields()
	for _, c := range f.Clusters {
		list.Content = append(list.Content, writeObject(table, &c))
	}
	return list
}

// mapping collects the keys of a map, each with its value.
type mapping []*yaml.Node

// add adds a key that has a value.
func (m *mapping) add(key string, value *yaml.Node) {
	if value != nil {
		*m = append(*m, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
	}
}

// node is the map, nil if it has no keys.
func (m mapping) node() *yaml.Node {
	return onlyIf(len(m) > 0, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: m})
}

// sortedMap is a map with keys of the author's.
func sortedMap[V any](values map[string]V, node func(V) *yaml.Node) *yaml.Node {
	var m mapping
	for _, key := range slices.Sorted(maps.Keys(values)) {
		m.add(key, node(values[key]))
	}
	return m.node()
}

// literal is text that stands for itself: what looks like a variable in it is
// none.
func literal(s string) *yaml.Node {
	return plain("!!str", strings.ReplaceAll(s, openVariable, "$"+openVariable))
}

// onlyIf is a node, nil if it is not wanted.
func onlyIf(wanted bool, n *yaml.Node) *yaml.Node {
	if !wanted {
		return nil
	}
	return n
}

func literalOrNil(s *string) *yaml.Node {
	if s == nil {
		return nil
	}
	return literal(*s)
}

func number(n int) *yaml.Node { return plain("!!int", strconv.Itoa(n)) }

func plain(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}
