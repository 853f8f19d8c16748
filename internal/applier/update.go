package applier

import (
	"context"

	"clusterctl/internal/jsonpatch"
)

// update sends the reviewed patch.
func (j *job) update(ctx context.Context) error {
	patch, err := jsonpatch.Parse(j.change.Requests[0].Body)
	if err != nil {
		return err
	}
	reviewed := j.change.Before()
	return j.patchFields(ctx, edit{patch: patch, seen: reviewed, want: j.change.After(), before: fieldsOf(reviewed)})
}
