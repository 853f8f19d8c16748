package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
)

// savePlan writes a plan to a file. It refuses a plan that contains secrets: masked, it
// would be another plan.
func savePlan(e env, path string, plan planner.Plan) error {
	var document bytes.Buffer
	if err := report.JSON(&document, plan); err != nil {
		return err
	}
	if e.Masker.Text(document.String()) != document.String() {
		return fmt.Errorf("--out %s: not written: the plan contains what looks like a secret (remove it from the files)", path)
	}
	err := expectDirectory(path)
	if err == nil {
		err = expectReplaceable(path)
	}
	if err == nil {
		err = e.replaceFile(path, document.Bytes())
	}
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	return nil
}

// expectReplaceable refuses to overwrite anything but a plan, such as a receipt, which
// cannot be made again.
func expectReplaceable(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular(), info.Size() == 0:
		return nil
	}
	data, err := readBounded(context.Background(), path, nil, planner.MaxPlan) // a regular file
	if err != nil {
		return err
	}
	if _, err := planner.Read(data); err != nil {
		return fmt.Errorf("%s already exists and is not a plan (use another name)", path)
	}
	return nil
}

// trustedPlan reads a saved plan, and refuses one that was modified after it was created.
func trustedPlan(ctx context.Context, e env, path string) (planner.Plan, error) {
	data, err := readBounded(ctx, path, e.Stdin, planner.MaxPlan)
	if err != nil {
		return planner.Plan{}, err
	}
	plan, err := planner.Read(data)
	if err != nil {
		return planner.Plan{}, notAPlan(path, data, err)
	}
	if err := plan.Verify(); err != nil {
		return planner.Plan{}, refusedf("%s: %s", path, untrusted(plan, "nothing was applied", err))
	}
	return plan, nil
}

// notAPlan returns the error for a file that cannot be read as a plan.
func notAPlan(path string, data []byte, err error) error {
	switch ext := filepath.Ext(path); {
	case receipt.Is(data):
		return fmt.Errorf("%s is a receipt, not a saved plan (use show or undo)", path)
	case ext == ".yaml" || ext == ".yml":
		return fmt.Errorf("%s is not a saved plan (use -f %s for a desired-state file)", path, path)
	default:
		return fmt.Errorf("%s: %w", path, err)
	}
}

// untrusted describes a plan that cannot be verified, perhaps because an older version made
// it, and what follows from that.
func untrusted(plan planner.Plan, consequence string, err error) string {
	reason := "modified after it was created"
	if plan.FormatVersion != planner.FormatVersion {
		reason = fmt.Sprintf("its format version is %s, but this clusterctl needs %s", plan.FormatVersion, planner.FormatVersion)
	}
	return fmt.Sprintf("%s, so %s (make a new plan); %s", reason, consequence, err)
}

// recheck reads what a saved plan touches, and refuses the plan if any of that has changed
// since it was reviewed. It returns the freshness of each change, and what was read.
func (c *connection) recheck(ctx context.Context, path string, plan planner.Plan) (freshness []planner.Freshness, snapshot cluster.Snapshot, err error) {
	c.found.plan = &plan
	in := planner.RecheckInput{Now: c.options.present(c.env), TrustListing: c.options.trustListing}
	if !c.tenant.Is(plan.Tenant) {
		return nil, snapshot, refusedf("%s: the plan is for tenant %q at %s, but this is tenant %q at %s, so nothing was applied (check the base URL)",
			path, plan.Tenant.Org, plan.Tenant.BaseURL, c.tenant.Org, c.tenant.BaseURL)
	}
	if plan.IsExpired(in.Now) {
		return nil, snapshot, refusedf("%s: the plan expired at %s, when one of its log configurations expired or was about to expire, so nothing was applied (make a new plan)",
			path, plan.ExpiresAt.Format(time.RFC3339))
	}
	if len(plan.Changes) == 0 {
		return nil, snapshot, nil
	}
	in.Snapshot, err = c.snapshot(ctx, plan.Need())
	if err != nil {
		return nil, snapshot, err
	}
	freshness = plan.Recheck(in)
	return freshness, in.Snapshot, expectFresh(path, plan, freshness)
}

// expectFresh names every change that is stale.
func expectFresh(path string, plan planner.Plan, freshness []planner.Freshness) error {
	var stale []string
	for i, s := range freshness {
		if s.Stale == "" {
			continue
		}
		c := plan.Changes[i]
		what := fmt.Sprintf("%s: %s %s", path, report.Verb(c.Action), c.Name)
		if c.ID != "" {
			what += " (" + c.ID + ")"
		}
		stale = append(stale, what+": "+s.Stale)
	}
	if len(stale) == 0 {
		return nil
	}
	return refusedf("%s\n%s: stale, so nothing was applied (make a new plan and review it)", strings.Join(stale, "\n"), path)
}

// planningFlags are the flags that select what to plan.
func planningFlags() []string {
	return []string{"file", "var", "var-file", "allow-empty", "target", "exclude", "prune", "max-deletes", "max-updates"}
}

// expectNoPlanning refuses flags that select what to plan together with a saved plan.
// Environment variables are allowed: they may be meant for the step that planned.
func expectNoPlanning(l cli.Line) error {
	if l.Argument() == "" {
		return nil
	}
	for _, flag := range planningFlags() {
		if l.IsGiven(flag) {
			return fmt.Errorf("--%s cannot be combined with the saved plan %s (use it with plan --out)", flag, l.Argument())
		}
	}
	return nil
}
