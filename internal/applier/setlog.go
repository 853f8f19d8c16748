package applier

import (
	"context"
	"encoding/json"

	"clusterctl/internal/planner"
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
		return j.putLog(ctx, request)
	case wanted.IsMetBy(state.Config, now):
		return errUnchanged
	default:
		return conflictf("log configuration changed by somebody else: expected %s, found %s",
			reviewed, state.Config)
	}
}

// putLog sends the log configuration and holds the answer against it.
func (j *job) putLog(ctx context.Context, request planner.Request) error {
	wanted, err := request.LogBody()
	if err != nil {
		return err
	}
	a, err := j.writer.SetLogConfig(ctx, j.id, request.Body)
	if err := j.sent(a.Exchange, err); err != nil {
		return err
	}
	if wanted.IsMetBy(a.Log.Config, j.opts.Now()) {
		return nil
	}
	state, err := j.writer.LogConfig(ctx, j.id)
	if err != nil || wanted.IsMetBy(state.Config, j.opts.Now()) {
		return err
	}
	want := wanted.Config()
	return &notAppliedError{planner.Mismatches{{
		Path:     "/logConfig",
		Expected: json.RawMessage(want.String()),
		Found:    json.RawMessage(state.Config.String()),
	}}}
}
