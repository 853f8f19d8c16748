package desired

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
)

// Part is the file of one tenant.
type Part struct {
	Name string // of the tenant, for people
	File File
	// Variables are the values of this tenant for the variables in the common file.
	Variables map[string]string
}

// Split moves what the files of several tenants have in common to one file. A cluster is in
// it if every tenant has one of its name with the same fields; values that differ become
// variables. It returns that file as YAML, the number of its clusters, and a part for each
// file, in the same order.
func Split(parts []Part) (common []byte, shared int, rest []Part) {
	s := splitter{mark: unusedWord(parts), names: map[string]bool{}}
	for _, p := range parts {
		s.rest = append(s.rest, Part{Name: p.Name, File: File{Tenant: p.File.Tenant}, Variables: map[string]string{}})
	}
	for _, c := range parts[0].File.Clusters {
		if same := clustersNamed(parts, c.Name); same != nil && s.isAlike(same) {
			s.common.Clusters = append(s.common.Clusters, s.merged(same))
		}
	}
	for i, p := range parts {
		for _, c := range p.File.Clusters {
			if !slices.ContainsFunc(s.common.Clusters, func(in cluster.Cluster) bool { return in.Name == c.Name }) {
				s.rest[i].File.Clusters = append(s.rest[i].File.Clusters, c)
			}
		}
	}
	text := string(s.common.YAML())
	for name := range s.names {
		text = strings.ReplaceAll(text, s.placeholder(name), openVariable+name+"}")
	}
	return []byte(text), len(s.common.Clusters), s.rest
}

// VariablesYAML returns variables as a file for --var-file.
func VariablesYAML(variables map[string]string) []byte {
	return layout.YAML(sortedMap(variables, func(value string) *yaml.Node {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
	}), 0)
}

// clustersNamed returns the cluster of a name in every part; nil if one of them has none, several or
// one with an id, which belongs to one tenant.
func clustersNamed(parts []Part, name string) (same []cluster.Cluster) {
	for _, p := range parts {
		var found []cluster.Cluster
		for _, c := range p.File.Clusters {
			if c.Name == name {
				found = append(found, c)
			}
		}
		if len(found) != 1 || found[0].ID != "" {
			return nil
		}
		same = append(same, found[0])
	}
	return same
}

type splitter struct {
	mark   string
	names  map[string]bool // of variables
	common File
	rest   []Part
}

// isAlike reports whether clusters set the same fields, and have the same log configuration.
func (s *splitter) isAlike(same []cluster.Cluster) bool {
	first := same[0]
	return !slices.ContainsFunc(same[1:], func(c cluster.Cluster) bool {
		return (c.Type == nil) != (first.Type == nil) || (c.Description == nil) != (first.Description == nil) ||
			!hasSameKeys(c.Configuration, first.Configuration) || !hasSameKeys(c.UpdatePreferences, first.UpdatePreferences) ||
			!reflect.DeepEqual(c.LogConfig, first.LogConfig)
	})
}

// hasSameKeys reports whether settings have the same keys, and remove none.
func hasSameKeys(a, b cluster.Settings) bool {
	for _, values := range []cluster.Settings{a, b} {
		for _, value := range values {
			if value == nil {
				return false
			}
		}
	}
	return slices.Equal(slices.Sorted(maps.Keys(a)), slices.Sorted(maps.Keys(b)))
}

// merged returns the cluster for the common file.
func (s *splitter) merged(same []cluster.Cluster) cluster.Cluster {
	c := same[0]
	c.Type = s.value(same, "type", func(c cluster.Cluster) *string { return c.Type })
	c.Description = s.value(same, "description", func(c cluster.Cluster) *string { return c.Description })
	c.Configuration = s.settings(same, func(c cluster.Cluster) cluster.Settings { return c.Configuration })
	c.UpdatePreferences = s.settings(same, func(c cluster.Cluster) cluster.Settings { return c.UpdatePreferences })
	return c
}

func (s *splitter) settings(same []cluster.Cluster, of func(cluster.Cluster) cluster.Settings) cluster.Settings {
	merged := maps.Clone(of(same[0]))
	for _, key := range slices.Sorted(maps.Keys(merged)) {
		merged[key] = s.value(same, key, func(c cluster.Cluster) *string { return of(c)[key] })
	}
	return merged
}

// value returns the value that all clusters have, or the placeholder of a new variable.
func (s *splitter) value(same []cluster.Cluster, field string, of func(cluster.Cluster) *string) *string {
	first := of(same[0])
	if first == nil || !slices.ContainsFunc(same, func(c cluster.Cluster) bool { return *of(c) != *first }) {
		return first
	}
	name := s.variable(same[0].Name + "_" + field)
	for i, c := range same {
		s.rest[i].Variables[name] = *of(c)
	}
	return new(s.placeholder(name))
}

// variable returns a new name for a variable, from a text.
func (s *splitter) variable(text string) string {
	name := strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(text))
	if !isVariableName(name) {
		name = "_" + name
	}
	unique := name
	for n := 2; s.names[unique]; n++ {
		unique = name + "_" + strconv.Itoa(n)
	}
	s.names[unique] = true
	return unique
}

// placeholder stands for a variable until the file is written, which would escape it.
func (s *splitter) placeholder(name string) string { return s.mark + name + s.mark }

// unusedWord returns a word that is in none of the files.
func unusedWord(parts []Part) string {
	word := "variable_"
	for slices.ContainsFunc(parts, func(p Part) bool { return strings.Contains(string(p.File.YAML()), word) }) {
		word += "x_"
	}
	return word
}
