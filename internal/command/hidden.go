package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
)

// withoutHidden leaves out the clusters that the masker would change, with a warning:
// whoever applied them would write the mask in place of the value.
func withoutHidden(e env, file desired.File) (desired.File, error) {
	file.Clusters = slices.DeleteFunc(file.Clusters, func(c cluster.Cluster) bool {
		hidden := e.hides(desired.File{Clusters: []cluster.Cluster{c}})
		if hidden {
			e.Log.Warn(fmt.Sprintf("cluster %q is left out: it holds what looks like a secret", c.Name))
		}
		return hidden
	})
	if e.hides(file) { // what no cluster holds alone
		return desired.File{}, errors.New("the tenant holds what looks like a secret, which is not printed (export some of it with --target)")
	}
	return file, nil
}

// adoptable are the strays that can be printed as they are.
func adoptable(e env, strays []planner.Stray) []planner.Stray {
	return slices.DeleteFunc(slices.Clone(strays), func(s planner.Stray) bool {
		file := desired.File{Clusters: []cluster.Cluster{desired.Declare(s.Live).Cluster}}
		return e.hides(file)
	})
}

// hides reports whether the masker would change a file, or what is in it.
func (e env) hides(file desired.File) bool {
	text := string(file.YAML())
	meant := strings.ReplaceAll(text, "$${", "${") // as a value stands in the tenant
	return e.Masker.Text(text) != text || e.Masker.Text(meant) != meant
}
