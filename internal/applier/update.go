package applier

import (
	"context"
	"errors"
	"fmt"

	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/receipt"
)

// update sends the reviewed patch.
func (j *job) update(ctx context.Context) (unchanged bool, err error) {
	if err := j.expectFreeName(ctx); err != nil {
		return false, err
	}
	patch, err := jsonpatch.Parse(j.change.Requests[0].Body)
	if err != nil {
		return false, err
	}
	reviewed := j.change.Before()
	return j.patchFields(ctx, edit{patch: patch, seen: reviewed, want: j.change.After(), before: receipt.FieldsOf(reviewed)})
}

// expectFreeName looks up the new name of a cluster that is renamed: no test operation guards it,
// and the tenant accepts duplicates. Another cluster counts only if it has the name when read by
// id, since a listing may be late.
func (j *job) expectFreeName(ctx context.Context) error {
	name, renames := j.change.NewName()
	if !renames {
		return nil
	}
	found, err := j.writer.Find(ctx, []string{name}, false)
	if err == nil {
		err = j.expectVerified(found.Verified)
	}
	switch {
	case errors.Is(err, errUnverified):
		return fmt.Errorf("%w, so a cluster of the new name may already exist (check with status; if there is none, use --trust-listing)", err)
	case err != nil:
		return err
	}
	for _, other := range found.Clusters {
		if other.ID == j.id {
			continue
		}
		if isTaken, err := j.isNamed(ctx, other.ID, name); err != nil {
			return err
		} else if isTaken {
			return conflictf("its new name is taken by another cluster: %s", other.ID)
		}
	}
	return nil
}
