package desired

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
)

// File is a desired-state file to write. Load reads the same clusters back, and Format
// would not change the YAML.
type File struct {
	// Tenant is the org that the file is for. If empty, it is not written.
	Tenant   string
	Clusters []cluster.Cluster
}

// YAML returns the file as YAML.
func (f File) YAML() []byte { return layout.YAML(f.node(), 0) }

// JSON returns the file as JSON, which Load also reads.
func (f File) JSON() []byte { return layout.JSON(f.node()) }

// Entries returns only the clusters, as YAML indented for the key clusters of a file.
func (f File) Entries() []byte { return layout.YAML(f.entries(), layout.Indentation) }

// node returns the file, with its keys in canonical order.
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

// mapping collects keys and values of a map.
type mapping []*yaml.Node

// add adds a key, unless its value is nil.
func (m *mapping) add(key string, value *yaml.Node) {
	if value != nil {
		*m = append(*m, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
	}
}

// node returns the map, nil if it has no keys.
func (m mapping) node() *yaml.Node {
	return onlyIf(len(m) > 0, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: m})
}

// sortedMap returns a map sorted by key, nil if it is empty.
func sortedMap[V any](values map[string]V, node func(V) *yaml.Node) *yaml.Node {
	var m mapping
	for _, key := range slices.Sorted(maps.Keys(values)) {
		m.add(key, node(values[key]))
	}
	return m.node()
}

// literal returns text in which ${ is escaped, so that it is not read as a variable.
func literal(s string) *yaml.Node {
	return plain("!!str", strings.ReplaceAll(s, openVariable, "$"+openVariable))
}

// onlyIf returns n if it is wanted, and nil otherwise.
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

// Append returns a file with clusters after its last entry. Everything else stays as it is.
func Append(input Input, clusters []cluster.Cluster) ([]byte, error) {
	data, err := layout.Append(input.Data, "clusters", File{Clusters: clusters}.Entries())
	if err != nil {
		return nil, fmt.Errorf("%s: cannot append to clusters: it must be a block list, with each entry on lines of its own (use clusterctl fmt, or another file)", escape.Text(input.Name))
	}
	return data, nil
}
