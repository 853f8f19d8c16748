package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
	"clusterctl/internal/rehearsal"
	"clusterctl/internal/report"
	"clusterctl/internal/sandbox"
)

// checkClone refuses flags that need --clone, or that it needs.
func (o *sandboxOptions) checkClone(l cli.Line, e env) error {
	if !o.clone {
		for _, f := range new(tenantOptions).accessFlags() {
			if l.IsGiven(f.Name) {
				return fmt.Errorf("--%s needs --clone (use --clone to copy a tenant)", f.Name)
			}
		}
		return nil
	}
	if o.tenant.Dir == "" {
		return errors.New("--clone needs --state (use --state DIR to name the directory of the copy)")
	}
	o.source.timeout, o.source.retries, o.source.rate, o.source.readOnly = 30*time.Second, 4, o.rate, true
	return o.source.check(e, output{quiet: o.quiet})
}

// writeClone copies a tenant to a new state directory.
func (o *sandboxOptions) writeClone(ctx context.Context, e env) (err error) {
	conn, err := connect(ctx, e, o.source, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.close()) }()
	snapshot, err := conn.snapshot(ctx, cluster.Need{
		Log:     func(cluster.Live) bool { return true },
		Missing: func([]cluster.Live) cluster.Missing { return cluster.Missing{} },
	})
	if err != nil {
		return err
	}
	options := sandbox.Options{Dir: o.tenant.Dir, Org: conn.tenant.Org, Pod: conn.tenant.Pod, Now: e.Now}
	if options.Copies, err = rehearsal.Copy(snapshot); err != nil {
		return err
	}
	tenant, err := sandbox.Open(options)
	if err != nil {
		return err
	}
	if warning := report.Unverified(&snapshot.Listing); warning != "" {
		e.Log.Warn(warning)
	}
	if !o.quiet {
		e.Log.Info(fmt.Sprintf("copied %s of tenant %s to %s, without secrets",
			report.Count(len(snapshot.Clusters), "cluster"), escape.Text(tenant.Org()), escape.Text(o.tenant.Dir)))
	}
	return tenant.Close()
}
