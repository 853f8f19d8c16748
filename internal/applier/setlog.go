package applier

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// wantedLog is the body of a PUT: at most one of the last two is set.
type wantedLog struct {
	RootLevel       cluster.Level            `json:"rootLevel"`
	LogLevels       map[string]cluster.Level `json:"logLevels"`
	DurationMinutes int                      `json:"durationMinutes"`
	Expiration      time.Time                `json:"expiration"`
}

func parseLog(body json.RawMessage) (wantedLog, error) {
	var w wantedLog
	if err := json.Unmarshal(body, &w); err != nil {
		return wantedLog{}, fmt.Errorf("log configuration of the plan: %w", err)
	}
	return w, nil
}

// sameInstant bounds how far a served expiration may be from the wanted one:
// a server may keep fewer digits than it was sent.
const sameInstant = time.Second

// isMetBy reports whether the configuration is in force: the same levels, and
// for a window the same end.
func (w wantedLog) isMetBy(got *cluster.LiveLogConfig, now time.Time) bool {
	if !got.InForce(now) || got.RootLevel != w.RootLevel || !maps.Equal(got.LogLevels, w.LogLevels) {
		return false
	}
	return w.Expiration.IsZero() || got.Expiration.Sub(w.Expiration).Abs() < sameInstant
}

// setLog sets the log configuration of an existing cluster. No test can guard a
// PUT, so what is in force is read right before it.
func (j *job) setLog(ctx context.Context) error {
	body := j.change.Requests[0].Body
	wanted, err := parseLog(body)
	if err != nil {
		return err
	}
	reviewed, err := reviewedLog(j.change, wanted)
	if err != nil {
		return err
	}
	state, err := j.writer.LogConfig(ctx, j.id)
	if err != nil {
		return err
	}
	now := j.opts.Now()
	switch {
	case isAsReviewed(state.Config, reviewed, now):
		return j.putLog(ctx, body)
	case wanted.isMetBy(state.Config, now):
		return errUnchanged
	default:
		return conflictf("log configuration changed by somebody else: expected %s, found %s",
			describeLog(reviewed), describeLog(state.Config))
	}
}

// reviewedLog is the log configuration that the plan was made against: the one
// wanted, with the diff taken back. It is nil where none was in force.
func reviewedLog(change planner.Change, wanted wantedLog) (*cluster.LiveLogConfig, error) {
	r := cluster.LiveLogConfig{RootLevel: wanted.RootLevel, LogLevels: maps.Clone(wanted.LogLevels), Expiration: wanted.Expiration}
	if r.LogLevels == nil {
		r.LogLevels = map[string]cluster.Level{}
	}
	for _, d := range change.Diff {
		if err := takeBack(&r, d); err != nil {
			return nil, fmt.Errorf("diff of the plan: %s: %w", d.Path, err)
		}
	}
	if r.RootLevel == "" {
		return nil, nil
	}
	return &r, nil
}

func takeBack(r *cluster.LiveLogConfig, d planner.FieldDiff) error {
	tokens, err := jsonpatch.Tokens(d.Path)
	if err != nil || len(tokens) < 2 {
		return err
	}
	switch tokens[1] {
	case "rootLevel":
		r.RootLevel = ""
		return unmarshalIfThere(d.Before, &r.RootLevel)
	case "expiration":
		r.Expiration = time.Time{}
		return unmarshalIfThere(d.Before, &r.Expiration)
	case "logLevels":
		class := strings.Join(tokens[2:], "/")
		delete(r.LogLevels, class)
		if d.Before == nil {
			return nil
		}
		var level cluster.Level
		err := json.Unmarshal(d.Before, &level)
		r.LogLevels[class] = level
		return err
	}
	return nil
}

func unmarshalIfThere[T any](data json.RawMessage, into *T) error {
	if data == nil {
		return nil
	}
	return json.Unmarshal(data, into)
}

// isAsReviewed compares what is in force with what was reviewed. One that has
// ended by itself since is no change of somebody's.
func isAsReviewed(got, reviewed *cluster.LiveLogConfig, now time.Time) bool {
	if !got.InForce(now) {
		return true
	}
	return reviewed != nil &&
		got.RootLevel == reviewed.RootLevel &&
		maps.Equal(got.LogLevels, reviewed.LogLevels) &&
		got.Expiration.Sub(reviewed.Expiration).Abs() < sameInstant
}

func describeLog(c *cluster.LiveLogConfig) string {
	if c == nil {
		return "none"
	}
	text := fmt.Sprintf("rootLevel %s with %d logLevels", c.RootLevel, len(c.LogLevels))
	if !c.Expiration.IsZero() {
		text += " until " + c.Expiration.UTC().Format(time.RFC3339)
	}
	return text
}

// putLog sends the log configuration and holds the answer against it.
func (j *job) putLog(ctx context.Context, body json.RawMessage) error {
	wanted, err := parseLog(body)
	if err != nil {
		return err
	}
	a, err := j.writer.SetLogConfig(ctx, j.id, body)
	if err := j.sent(a.Exchange, err); err != nil {
		return err
	}
	if wanted.isMetBy(a.Log.Config, j.opts.Now()) {
		return nil
	}
	state, err := j.writer.LogConfig(ctx, j.id)
	if err != nil || wanted.isMetBy(state.Config, j.opts.Now()) {
		return err
	}
	return &notAppliedError{[]mismatch{{
		path:     "/logConfig",
		expected: []byte(describeLog(wanted.live())),
		found:    []byte(describeLog(state.Config)),
	}}}
}

func (w wantedLog) live() *cluster.LiveLogConfig {
	return &cluster.LiveLogConfig{RootLevel: w.RootLevel, LogLevels: w.LogLevels, Expiration: w.Expiration}
}
