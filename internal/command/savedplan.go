package command

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/remote"
	"clusterctl/internal/report"
)

// savePlan writes the plan document to a file, whole or not at all. A plan that
// the masker would change cannot be saved: masked, it would be another one.
func savePlan(e env, path string, plan planner.Plan) error {
	var document bytes.Buffer
	if err := report.JSON(&document, plan); err != nil {
		return err
	}
	if e.Masker.Text(document.String()) != document.String() {
		return fmt.Errorf("--out %s: not written, since the plan holds what looks like a secret (take it out of the files)", path)
	}
	if err := expectReplaceable(path); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	if err := e.replaceFile(path, document.Bytes()); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	return nil
}

// expectReplaceable refuses to write a plan over a file that holds anything
// else, such as a receipt, which is there once only.
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
		return fmt.Errorf("%s is there already, and no plan (give another name)", path)
	}
	return nil
}

// readPlan reads a saved plan, as it stands.
func readPlan(ctx context.Context, path string, stdin io.Reader) (planner.Plan, error) {
	data, err := readBounded(ctx, path, stdin, planner.MaxPlan)
	if err != nil {
		return planner.Plan{}, err
	}
	plan, err := planner.Read(data)
	if err != nil {
		return planner.Plan{}, fmt.Errorf("%s: %w%s", path, err, otherKind(path, data))
	}
	return plan, nil
}

// otherKind says what a file is for that was given for a plan and is none.
func otherKind(path string, data []byte) string {
	switch ext := filepath.Ext(path); {
	case receipt.Is(data):
		return " (it is a receipt, for show and undo)"
	case ext == ".yaml" || ext == ".yml":
		return " (a saved plan is wanted here; files of desired state go with -f)"
	default:
		return ""
	}
}

// trustPlan reads a saved plan and refuses one that was changed after it was
// made.
func trustPlan(ctx context.Context, e env, path string) (planner.Plan, error) {
	plan, err := readPlan(ctx, path, e.Stdin)
	if err != nil {
		return planner.Plan{}, err
	}
	if err := plan.Verify(); err != nil {
		return planner.Plan{}, refusedf("%s: not to be trusted, so nothing was applied: %s%s", path, err, replanHint(plan))
	}
	return plan, nil
}

// replanHint is the remedy for a plan that cannot be verified. A plan of an older
// version lacks what this one verifies.
func replanHint(plan planner.Plan) string {
	if plan.FormatVersion != planner.FormatVersion {
		return fmt.Sprintf(" (it has format version %s, and %s is needed: make a new plan)", plan.FormatVersion, planner.FormatVersion)
	}
	return " (make a new plan)"
}

// recheck reads what a saved plan touches, and refuses the plan where anything
// is no longer as it was reviewed. It returns which changes are in force already,
// and the proof of the listing; in needs all but the snapshot.
func (c *connection) recheck(ctx context.Context, path string, plan planner.Plan, in planner.RecheckInput) ([]planner.Standing, *cluster.Proof, error) {
	if !c.tenant.Is(plan.Tenant) {
		return nil, nil, refusedf("%s: a plan for tenant %q at %s, but this is %q at %s, so nothing was applied",
			path, plan.Tenant.Org, plan.Tenant.BaseURL, c.tenant.Org, c.tenant.BaseURL)
	}
	if plan.IsExpired(in.Now) {
		return nil, nil, refusedf("%s: expired at %s, when a log window of it ended or came near, so nothing was applied (make a new plan)",
			path, plan.ExpiresAt.Format(time.RFC3339))
	}
	if len(plan.Changes) == 0 {
		return nil, nil, nil
	}
	var err error
	in.Snapshot, err = c.snapshot(ctx, remote.Need(plan.Reads()))
	if err != nil {
		return nil, nil, err
	}
	standings := plan.Recheck(in)
	return standings, &in.Snapshot.Proof, expectFresh(path, plan, standings)
}

// expectFresh names every change that is stale.
func expectFresh(path string, plan planner.Plan, standings []planner.Standing) error {
	var stale []string
	for i, s := range standings {
		if c := plan.Changes[i]; s.Stale != "" {
			stale = append(stale, fmt.Sprintf("%s: %s %s: %s", path, c.Action, nameAndID(c), s.Stale))
		}
	}
	if len(stale) == 0 {
		return nil
	}
	stale = append(stale, fmt.Sprintf("%s: stale, so nothing was applied (make a new plan, and have it reviewed)", path))
	return &refusedError{strings.Join(stale, "\n")}
}

func nameAndID(c planner.Change) string {
	if c.ID == "" {
		return c.Name
	}
	return c.Name + " (" + c.ID + ")"
}

// isDigest reports whether a text has the form of a digest.
func isDigest(s string) bool {
	sum, ok := strings.CutPrefix(s, "sha256:")
	_, err := hex.DecodeString(sum)
	return ok && err == nil && len(sum) == hex.EncodedLen(sha256.Size)
}

// expectDigest refuses a plan that is not the one that was approved.
func expectDigest(want string, plan planner.Plan) error {
	if want == "" || want == plan.Digest {
		return nil
	}
	return refusedf("the plan's digest is %s, not the one expected, so nothing was applied (was another plan approved?)", plan.Digest)
}

// ofPlanning are the flags that say what to plan, and so contradict a saved
// plan.
func ofPlanning() []string {
	return []string{"file", "var", "var-file", "allow-empty", "target", "exclude", "prune", "max-deletes"}
}

// expectNoPlanning refuses flags for planning beside a saved plan. What the
// environment says is for the step that planned.
func expectNoPlanning(c *cli.Context) error {
	if c.Args().First() == "" { // what is empty is refused later
		return nil
	}
	for _, flag := range ofPlanning() {
		if c.IsSet(flag) {
			return usageErrorf("--%s says what to plan, but %s is a plan already (give it to plan --out)", flag, c.Args().First())
		}
	}
	return nil
}
