package command

import (
	"context"
	"os"
	"slices"
	"strings"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
)

// clusterNames are those of the clusters in the files that a line names, or the
// environment, or in clusters.yaml: as patterns that stand for just them. What is
// wrong with the files is told by whoever reads them to do something.
func (e env) clusterNames(ctx context.Context, l cli.Line, flag string) []string {
	if flag != "target" && flag != "exclude" {
		return nil
	}
	state, _, err := fileOptionsOf(l).load(ctx, e, e.Now())
	if err != nil {
		return nil
	}
	var names []string
	for _, c := range state.Clusters {
		names = append(names, globFor(c))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// fileOptionsOf are those of a line so far. Standard input is the terminal.
func fileOptionsOf(l cli.Line) fileOptions {
	o := fileOptions{
		paths:         l.Values("file"),
		variables:     l.Values("var"),
		variableFiles: l.Values("var-file"),
	}
	if len(o.paths) == 0 {
		o.paths = []string{defaultFile}
	}
	o.paths = slices.DeleteFunc(o.paths, mayBlock)
	o.variableFiles = slices.DeleteFunc(o.variableFiles, mayBlock)
	return o
}

// mayBlock reports whether reading a path may wait for somebody: of standard
// input, which is the terminal, or a pipe.
func mayBlock(path string) bool {
	info, err := os.Stat(path)
	return path == stdinPath || err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

// globFor is a pattern for the name of a cluster and no other.
func globFor(c cluster.Cluster) string {
	return strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]").Replace(c.Name)
}
