// Package pipelines extracts the shell from the files of CI systems, in the order in which a
// system runs it, so that tests run the same text that people copy. It supports what the files in
// examples/ci need.
package pipelines

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Step is one piece of shell with its environment. Values are as in the file: the caller replaces
// expressions.
type Step struct {
	Name  string
	If    string // the condition of a step of GitHub, empty for none
	Uses  string // the action that runs instead of shell
	With  map[string]string
	Shell string
	Env   map[string]string
}

// unmarshal reads YAML. Errors name the file.
func unmarshal(name string, data []byte, into any) error {
	if err := yaml.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// merged merges the settings of several levels; the last one wins.
func merged(levels ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, level := range levels {
		maps.Copy(all, level)
	}
	return all
}

// find returns the value of a key, or an error that lists the existing keys.
func find[V any](name, what, key string, all map[string]V) (V, error) {
	value, ok := all[key]
	if !ok {
		return value, fmt.Errorf("%s: no %s %q (available: %s)", name, what, key, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
	}
	return value, nil
}

var errNoShell = errors.New("it runs no shell")
