package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
)

type exportOptions struct {
	tenant    tenantOptions
	output    output
	logConfig bool
	forTenant string // the org of another tenant
	splitDir  string // empty to print a file
	exports   []string
}

func exportCommand(e env) *cli.Command {
	var o exportOptions
	return &cli.Command{
		Name:      "export",
		Usage:     "print the tenant as a desired-state file",
		Arguments: "[EXPORT...]",
		Description: "Prints a file that plans to no changes. It holds what people have set on the clusters,\n" +
			"without values set by the server and without system-managed clusters. Settings that a\n" +
			"file cannot express are left out with a warning. Changes nothing.\n\n" +
			"With --split, reads the EXPORTs of several tenants instead: writes common clusters to\n" +
			"common.yaml, the rest to one file per tenant, and values that differ as variables.",
		Examples: []string{
			"clusterctl export > clusters.yaml                             # start managing a tenant",
			"clusterctl export --target 'va-prod-*' --exclude va-prod-lab  # export some clusters",
			"clusterctl export --with-log-config                           # include log configurations",
			"clusterctl export --output json                               # print the same file as JSON",
			"clusterctl export --split tenants sandbox.yaml production.yaml  # share common clusters",
			"clusterctl export --for acme | clusterctl plan --base-url https://acme.api.identitynow.com -f -",
		},
		Flags: slices.Concat(o.tenant.flags(), o.tenant.selectionFlags(e, nil), o.output.flags("export"), []cli.Flag{{
			Name: "with-log-config", Section: "Selection:", To: cli.Bool(&o.logConfig),
			Usage: "include active log configurations, with their expiration",
		}, {
			Name: "for", Section: "Output:", To: cli.String(&o.forTenant),
			Usage: "write a file for another `TENANT` (its org), without ids, to promote the clusters to it",
		}, {
			Name: "split", Section: "Output:", To: cli.String(&o.splitDir),
			Usage: "write the EXPORTs to new files in `DIR`: common.yaml, and for each its own file and variables",
		}}),
		Run: checked(e, o.check, o.run),
	}
}

func (o *exportOptions) check(l cli.Line, e env) error {
	o.exports = l.Arguments
	switch {
	case o.splitDir == "" && len(o.exports) > 0:
		return fmt.Errorf("export takes no arguments without --split, but got %q (see clusterctl export --help)", o.exports[0])
	case o.splitDir != "" && len(o.exports) < 2:
		return errors.New("--split needs the exports of two or more tenants (see clusterctl export --help)")
	case o.splitDir != "" && (o.forTenant != "" || o.logConfig || len(o.tenant.selection.Target)+len(o.tenant.selection.Exclude) > 0 || l.IsSet("output")):
		return errors.New("--split reads files, so it cannot be combined with --for, --with-log-config, --target, --exclude and --output")
	}
	return cmp.Or(o.output.check(l), o.tenant.check(e, o.output))
}

// run reads the tenant on a transport that cannot write.
func (o *exportOptions) run(ctx context.Context, e env) (err error) {
	if o.splitDir != "" {
		return o.split(ctx, e)
	}
	o.tenant.readOnly = true
	conn, err := connect(ctx, e, o.tenant, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.close()) }()
	export := desired.Export{Selection: o.tenant.selection, LogConfig: o.logConfig, Now: o.tenant.clock(e), For: strings.TrimSpace(o.forTenant)}
	snapshot, err := conn.snapshot(ctx, cluster.Need{
		Log:  func(live cluster.Live) bool { return export.LogConfig && export.Picks(live) },
		Name: export.Selection.OnlyName(),
	})
	if err != nil {
		return err
	}
	file, leftOut := export.Of(snapshot)
	for _, what := range leftOut {
		e.Log.Warn(escape.Text(what))
	}
	if file, err = withoutHidden(e, file); err != nil {
		return err
	}
	if len(file.Clusters) == 0 && len(export.Selection.Target) > 0 {
		return errors.New("--target matches no cluster that can be exported")
	}
	if warning := report.Unverified(&snapshot.Listing); warning != "" {
		e.Log.Warn(warning)
	}
	return o.output.deliver(e, filePrinter(file, snapshot.Listing), "")
}

// withoutHidden leaves out, with a warning, clusters that the masker would change. Applying
// them would write the mask instead of the value.
func withoutHidden(e env, file desired.File) (desired.File, error) {
	file.Clusters = slices.DeleteFunc(file.Clusters, func(c cluster.Cluster) bool {
		hidden := e.hides(desired.File{Clusters: []cluster.Cluster{c}})
		if hidden {
			e.Log.Warn(fmt.Sprintf("cluster %q is left out: it contains what looks like a secret", c.Name))
		}
		return hidden
	})
	if e.hides(file) { // a secret across clusters
		return desired.File{}, errors.New("not exported: the tenant contains what looks like a secret (export some clusters with --target)")
	}
	return file, nil
}

// adoptable returns the unmanaged clusters that hold nothing to mask.
func adoptable(e env, unmanaged []planner.UnmanagedCluster) []planner.UnmanagedCluster {
	return slices.DeleteFunc(slices.Clone(unmanaged), func(u planner.UnmanagedCluster) bool {
		return e.hides(desired.File{Clusters: []cluster.Cluster{desired.Declare(u.Live).Cluster}})
	})
}

// hides reports whether the masker would change a file, or what is in it.
func (e env) hides(file desired.File) bool {
	text := string(file.YAML())
	meant := strings.ReplaceAll(text, "$${", "${") // the value in the tenant
	return e.Masker.Text(text) != text || e.Masker.Text(meant) != meant
}
