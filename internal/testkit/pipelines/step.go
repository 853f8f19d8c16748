// Package pipelines reads the shell out of the files of continuous-integration
// systems, in the order in which a system runs it, so that a test can run the
// very text that people copy. It knows as much of each system as the files in
// examples/ci need, and nothing of what the shell does.
package pipelines

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Step is one piece of shell and what the system sets for it. Values are as
// they stand in the file: expressions are for the caller to put values in.
type Step struct {
	Name  string
	If    string // the condition of a step of GitHub, empty for none
	Uses  string // the action that runs instead of shell
	With  map[string]string
	Shell string
	Env   map[string]string
}

// unmarshal reads YAML and says of which file an error is.
func unmarshal(name string, data []byte, into any) error {
	if err := yaml.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// merged is what several levels set, the last one winning.
func merged(levels ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, level := range levels {
		maps.Copy(all, level)
	}
	return all
}

// find is the value of a key, or an error that lists what there is.
func find[V any](name, what, key string, all map[string]V) (V, error) {
	value, ok := all[key]
	if !ok {
		return value, fmt.Errorf("%s: no %s %q (there are %s)", name, what, key, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
	}
	return value, nil
}

var errNoShell = errors.New("no shell in it")
