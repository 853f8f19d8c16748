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

// setLog sets the log configuration of an existing cluster. No test can guard a PUT, so the
// current configuration is read right before it.
func (j *job) setLog(ctx context.Context, request planner.Request) (unchanged bool, err error) {
	wanted, err := request.LogBody()
	if err != nil {
		return false, err
	}
	reviewed, err := j.change.ReviewedLog(wanted)
	if err != nil {
		return false, err
	}
	state, err := j.writer.LogConfig(ctx, j.id)
	if err != nil {
		return false, err
	}
	now := j.opts.Now()
	switch {
	case planner.LogIsAsReviewed(state.Config, reviewed, now):
		return false, j.putLog(ctx, request, state.Config.At(now))
	case wanted.IsMetBy(state.Config, now):
		return true, nil
	default:
		return false, conflictf("log configuration changed by someone else: expected %s, found %s", reviewed, state.Config)
	}
}

// putLog replaces the log configuration. before is the one that was in effect.
func (j *job) putLog(ctx context.Context, request planner.Request, before *cluster.LiveLogConfig) error {
	wanted, err := request.LogBody()
	if err != nil {
		return err
	}
	var a api.Answer[cluster.LogState]
	w := j.request(http.MethodPut, api.LogConfigPath(j.id), request.Body, &receipt.State{Log: before})
	w.send = func() (_ api.Exchange, err error) {
		a, err = j.writer.SetLogConfig(ctx, j.id, request.Body)
		return a.Exchange, err
	}
	w.lookUp = func(sendErr error) finding {
		state := a.Now
		if sendErr == nil && !wanted.IsMetBy(state.Config, j.opts.Now()) {
			state, sendErr = j.writer.LogConfig(ctx, j.id)
		}
		if sendErr != nil {
			return finding{fate: unknown, err: sendErr}
		}
		return j.foundLog(wanted, state.Config)
	}
	_, err = j.write(w)
	return err
}

// foundLog compares the log configuration that was found with the one wanted.
func (j *job) foundLog(wanted planner.LogBody, after *cluster.LiveLogConfig) finding {
	now := j.opts.Now()
	f := finding{fate: done, after: &receipt.State{Log: after.At(now)}}
	if !wanted.IsMetBy(after, now) {
		want := wanted.Config()
		f.err = &notAppliedError{planner.Mismatches{{
			Path: "/logConfig", Expected: json.RawMessage(want.String()), Found: json.RawMessage(after.String()),
		}}}
	}
	return f
}
