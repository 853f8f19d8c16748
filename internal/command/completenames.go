package command

import (
	"context"
	"os"
	"slices"
	"strings"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
)

// clusterNames looks up the clusters in files: as patterns that stand for just them.
// A command that reads no files has those that the environment names. What is wrong
// with the files is told by whoever reads them to do something.
func clusterNames(e env, files *fileOptions) func(context.Context) []string {
	return func(ctx context.Context) []string {
		if files == nil {
			files = filesInEnvironment(e)
		}
		o := fileOptions{
			paths:         slices.DeleteFunc(orDefault(files.paths), mayBlock),
			variables:     files.variables,
			variableFiles: slices.DeleteFunc(files.variableFiles, mayBlock),
		}
		state, _, err := o.load(ctx, e, e.Now())
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
}

// filesInEnvironment are those that variables name.
func filesInEnvironment(e env) *fileOptions {
	named := func(flag string) []string {
		return slices.DeleteFunc([]string{e.Getenv(cli.Variable(flag))}, func(value string) bool { return value == "" })
	}
	return &fileOptions{paths: named("file"), variables: named("var"), variableFiles: named("var-file")}
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
