package applier

import (
	"context"
	"encoding/json"
	"net/http"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// setLog sets the log configuration of an existing cluster. No test can guard a
// PUT, so what is in force is read right before it.
func (j *job) setLog(ctx context.Context) error {
	request := j.change.Requests[0]
	wanted, err := request.LogBody()
	if err != nil {
		return err
	}
	reviewed, err := j.change.ReviewedLog(wanted)
	if err != nil {
		return err
	}
	state, err := j.writer.LogConfig(ctx, j.id)
	if err != nil {
		return err
	}
	now := j.opts.Now()
	switch {
	case planner.LogIsAsReviewed(state.Config, reviewed, now):
		return j.putLog(ctx, request, state.Config.At(now))
	case wanted.IsMetBy(state.Config, now):
		return errUnchanged
	default:
		return conflictf("log configuration changed by somebody else: expected %s, found %s",
			reviewed, state.Config)
	}
}

// putLog sends the log configuration in place of the one in force before, and
// holds the answer against it.
func (j *job) putLog(ctx context.Context, request planner.Request, before *cluster.LiveLogConfig) error {
	wanted, err := request.LogBody()
	if err != nil {
		return err
	}
	if err := j.begin(http.MethodPut, api.LogConfigPath(j.id), request.Body, &receipt.State{Log: before}); err != nil {
		return err
	}
	a, err := j.writer.SetLogConfig(ctx, j.id, request.Body)
	if err := j.sent(a.Exchange, err); err != nil {
		j.settleFailed(err)
		return err
	}
	found := a.Log
	if !wanted.IsMetBy(found.Config, j.opts.Now()) {
		if found, err = j.writer.LogConfig(ctx, j.id); err != nil {
			j.settleUnknown(err)
			return err
		}
	}
	err = j.expectLog(wanted, found.Config)
	j.settleLog(found.Config, err)
	return err
}

// expectLog holds the log configuration that was found against the one wanted.
func (j *job) expectLog(wanted planner.LogBody, found *cluster.LiveLogConfig) error {
	if wanted.IsMetBy(found, j.opts.Now()) {
		return nil
	}
	want := wanted.Config()
	return &notAppliedError{planner.Mismatches{{
		Path:     "/logConfig",
		Expected: json.RawMessage(want.String()),
		Found:    json.RawMessage(found.String()),
	}}}
}
