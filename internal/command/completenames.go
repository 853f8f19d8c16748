package command

import (
	"context"
	"os"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
)

// clusterNames are those of the clusters in the files that the line names, or
// the environment, or in clusters.yaml: as patterns that stand for just them.
// What is wrong with the files is told by whoever reads them to do something.
func (l line) clusterNames(ctx context.Context, e env) completion {
	state, _, err := l.fileOptions(e).load(ctx, e, e.Now())
	if err != nil {
		return completion{}
	}
	var names []string
	for _, c := range state.Clusters {
		names = append(names, globFor(c))
	}
	slices.Sort(names)
	return choice(slices.Compact(names))
}

// fileOptions are those of the line so far. Standard input is the terminal.
func (l line) fileOptions(e env) fileOptions {
	o := fileOptions{
		paths:         l.valuesOf(e, "file"),
		variables:     l.valuesOf(e, "var"),
		variableFiles: l.valuesOf(e, "var-file"),
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

// valuesOf are those of a flag: of the line, or of the environment.
func (l line) valuesOf(e env, flag string) []string {
	if given := l.given[flag]; len(given) > 0 {
		return slices.Clone(given)
	}
	if value := e.Getenv(variable(flag)); value != "" {
		return valuesIn(flagNamed(l.command.Flags, flag), value)
	}
	return nil
}

// globFor is a pattern for the name of a cluster and no other.
func globFor(c cluster.Cluster) string {
	return strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]").Replace(c.Name)
}
