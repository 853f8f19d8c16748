package command

import (
	"context"
	"errors"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/escape"
	"clusterctl/internal/remote"
	"clusterctl/internal/report"
)

// exportOptions say which tenant becomes a file, what of it, and how that is
// written.
type exportOptions struct {
	tenant    tenantOptions
	output    output
	logConfig bool
}

func exportCommand(e env) *cli.Command {
	flags := append(tenantFlags(), selectionFlags()...)
	flags = append(flags, outputFlags(formatsOf("export"))...)
	return command(&cli.Command{
		Name:  "export",
		Usage: "print the tenant as a file that plans to no changes",
		Description: "Prints what people have set on the clusters of the tenant, and leaves out what the\n" +
			"server put there. The tenant's own clusters are not exported. Nothing is changed.\n" +
			"What no file can say is left out with a warning. As JSON it is the same file.\n\n" +
			"Examples:\n" +
			"   clusterctl export > clusters.yaml\n" +
			"   clusterctl export --target 'va-prod-*' --exclude va-prod-lab > prod.yaml\n" +
			"   clusterctl export --with-log-config\n" +
			"   clusterctl export --sandbox ./rehearsal",
		Flags: append(flags, &cli.BoolFlag{
			Name: "with-log-config", Category: "Choice:",
			Usage: "export the log configurations in force, too, as windows that end when those do",
		}),
		Action: func(c *cli.Context) error {
			o := exportOptions{logConfig: c.Bool("with-log-config")}
			var err error
			if o.output, err = outputOf(c, formatsOf("export")); err != nil {
				return err
			}
			if o.tenant, err = tenantOptionsOf(c, e); err != nil {
				return err
			}
			return runExport(c.Context, e, o)
		},
	})
}

func runExport(ctx context.Context, e env, o exportOptions) error {
	export := desired.Export{Selection: o.tenant.selection, LogConfig: o.logConfig, Now: o.tenant.clock(e)}
	snapshot, err := readForExport(ctx, e, o.tenant, export)
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
		return usageErrorf("--target picks no cluster that can be exported")
	}
	if warning := report.Unverified(&snapshot.Proof); warning != "" {
		e.Log.Warn(warning)
	}
	return o.output.deliver(e, filePrinter(file, snapshot.Proof), "")
}

// readForExport reads the tenant, on a transport that cannot write.
func readForExport(ctx context.Context, e env, o tenantOptions, export desired.Export) (snapshot cluster.Snapshot, err error) {
	o.readOnly = true
	conn, err := connect(ctx, e, o, "")
	if err != nil {
		return cluster.Snapshot{}, err
	}
	defer func() { err = errors.Join(err, conn.close()) }()
	return conn.snapshot(ctx, remote.Need{
		Log:  func(live cluster.Live) bool { return export.LogConfig && export.Picks(live) },
		Name: export.Selection.OnlyName(),
	})
}
