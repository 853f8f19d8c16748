package command

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
	"clusterctl/internal/policy"
)

// selectionFlags offer the names in files, if the command reads any.
func (o *tenantOptions) selectionFlags(e env, files *fileOptions) []cli.Flag {
	names := clusterNames(e, files)
	return []cli.Flag{
		{Name: "target", Section: "Selection:", To: cli.EachParsed(&o.selection.Target, cluster.ParseGlob), Names: names, Usage: "include only clusters whose name matches `GLOB` (*, ?, [a-z]); repeatable"},
		{Name: "exclude", Section: "Selection:", To: cli.EachParsed(&o.selection.Exclude, cluster.ParseGlob), Names: names, Usage: "exclude clusters whose name matches `GLOB`; repeatable, takes precedence over --target"},
	}
}

func (o *tenantOptions) trustListingFlag() cli.Flag {
	return cli.Flag{
		Name: "trust-listing", Section: "Selection:", To: cli.Bool(&o.trustListing),
		Usage: "allow creates and deletes with an unverified listing (the tenant does not return how many clusters it has)",
	}
}

// readToPlan reads what a plan needs.
func (o tenantOptions) readToPlan(in planner.Input, read func(cluster.Need) (cluster.Snapshot, error)) (cluster.Snapshot, error) {
	need := in.Need()
	if o.confirmed {
		need.Missing = nil
	}
	snapshot, err := read(need)
	if err != nil || !in.NeedsAllNames(snapshot.Clusters) {
		return snapshot, err
	}
	need.Name = ""
	return read(need)
}

// expectPicked refuses a --target that matches nothing: most likely it is mistyped, and "no
// changes" would look like success. With prune or --strict, it may match live clusters.
func (o tenantOptions) expectPicked(state desired.State, live []cluster.Live) error {
	picksDeclared := func(d cluster.Cluster) bool { return o.selection.Picks(d.Name) }
	picksLive := func(l cluster.Live) bool { return o.selection.Picks(l.Name) }
	ofLive := state.Policy.Prune || o.strict
	switch {
	case len(o.selection.Target) == 0, slices.ContainsFunc(state.Clusters, picksDeclared), ofLive && slices.ContainsFunc(live, picksLive):
		return nil
	case ofLive:
		return fmt.Errorf("--target matches no live cluster and no declared one (%d declared)", len(state.Clusters))
	default:
		return fmt.Errorf("--target matches no declared cluster (%d declared)", len(state.Clusters))
	}
}

// policyOptions are the policy settings of the command line, for one run.
type policyOptions struct {
	prune bool
	// The limits are those of the files if they are nil.
	maxDeletes, maxUpdates *policy.Limit
}

func (o *policyOptions) flags() []cli.Flag {
	return []cli.Flag{
		{Name: "prune", Section: "Selection:", To: cli.Bool(&o.prune), Usage: "plan to delete unmanaged clusters in scope, like policy.prune in a file"},
		{Name: "max-deletes", Section: "Selection:", To: cli.Parsed(&o.maxDeletes, parseLimit), Usage: "allow at most `LIMIT` deletes, such as 3 or 20% of the owned clusters; if a plan has more, block them all"},
	}
}

// maxUpdatesFlag is only for commands that plan to apply: a limit must not hide drift.
func (o *policyOptions) maxUpdatesFlag() cli.Flag {
	return cli.Flag{Name: "max-updates", Section: "Selection:", To: cli.Parsed(&o.maxUpdates, parseLimit), Usage: "allow at most `LIMIT` updates, such as 3 or 20% of the owned clusters; if a plan has more, block them all"}
}

func parseLimit(s string) (*policy.Limit, error) {
	limit, err := policy.ParseLimit(s)
	return &limit, err
}

// over returns the policy of the files, merged with that of the command line.
func (o policyOptions) over(p policy.Policy) policy.Policy {
	p.Prune = p.Prune || o.prune
	p.MaxDeletes, p.MaxUpdates = cmp.Or(o.maxDeletes, p.MaxDeletes), cmp.Or(o.maxUpdates, p.MaxUpdates)
	return p
}

// clusterNames looks up the cluster names in files, as patterns that match only them. For a
// command that reads no files, the environment names the files. The command itself reports
// errors in the files.
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
		var names []string // as patterns for them and no others
		literal := strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]")
		for _, c := range state.Clusters {
			names = append(names, literal.Replace(c.Name))
		}
		slices.Sort(names)
		return slices.Compact(names)
	}
}

// filesInEnvironment returns the files that environment variables name.
func filesInEnvironment(e env) *fileOptions {
	named := func(flag string) []string {
		return slices.DeleteFunc([]string{e.Getenv(cli.Variable(flag))}, func(value string) bool { return value == "" })
	}
	return &fileOptions{paths: named("file"), variables: named("var"), variableFiles: named("var-file")}
}

// mayBlock reports whether reading a path may block, as of standard input or a pipe.
func mayBlock(path string) bool {
	info, err := os.Stat(path)
	return path == stdinPath || err == nil && !info.Mode().IsRegular() && !info.IsDir()
}
