package applier

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/planner"
)

// A deleted cluster may still be served for a moment: it is looked for this
// often, this far apart.
const (
	goneLooks    = 5
	goneInterval = 500 * time.Millisecond
)

// delete deletes the cluster that was reviewed: the same name, and as much
// attached to it.
func (j *job) delete(ctx context.Context) error {
	live, err := j.writer.Get(ctx, j.id)
	switch {
	case api.IsNotFound(err):
		return errUnchanged
	case err != nil:
		return err
	case live.Name != j.change.Name:
		return conflictf("cluster %s was renamed to %q by somebody else", j.id, live.Name)
	case live.Clients != j.change.Clients || live.Services != j.change.Services:
		return conflictf("expected %d clients and %d services attached, found %d and %d",
			j.change.Clients, j.change.Services, live.Clients, live.Services)
	}
	removeClients := strings.HasSuffix(j.change.Requests[0].Path, "?removeClients=true")
	exchange, err := j.writer.Delete(ctx, j.id, removeClients)
	if err := j.sent(exchange, err); err != nil && api.StatusOf(err) != http.StatusBadRequest {
		return err
	}
	return j.expectGone(ctx, err)
}

// expectGone looks until the cluster is gone. A refusal that it is gone after
// all was none.
func (j *job) expectGone(ctx context.Context, refusal error) error {
	for look := range goneLooks {
		if look > 0 {
			if err := pause(ctx, goneInterval); err != nil {
				return err
			}
		}
		_, err := j.writer.Get(ctx, j.id)
		switch {
		case api.IsNotFound(err):
			return nil
		case err != nil:
			return err
		case refusal != nil:
			return refusal
		}
	}
	return &notAppliedError{planner.Mismatches{{Path: "the cluster", Found: json.RawMessage("it still there")}}}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
