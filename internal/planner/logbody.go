package planner

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/jsonread"
)

// LogField is where a diff has the log configuration. No document has a member
// of this name.
const LogField = "/logConfig"

// LogBody is what PUT takes: at most one of the last two (both are refused).
type LogBody struct {
	RootLevel       cluster.Level            `json:"rootLevel"`
	LogLevels       map[string]cluster.Level `json:"logLevels"`
	DurationMinutes int                      `json:"durationMinutes,omitempty"`
	Expiration      time.Time                `json:"expiration,omitzero"`
}

// LogRequest is the request of a change that sets the log configuration.
func (c Change) LogRequest() (Request, bool) {
	i := slices.IndexFunc(c.Requests, func(r Request) bool { return r.Method == "PUT" })
	if i < 0 {
		return Request{}, false
	}
	return c.Requests[i], true
}

// setsLog reports whether the change sets the log configuration.
func (c Change) setsLog() bool {
	_, ok := c.LogRequest()
	return ok
}

// LogBody is the body of a request that sets a log configuration.
func (r Request) LogBody() (LogBody, error) {
	var b LogBody
	if err := jsonread.Unmarshal(r.Body, &b); err != nil {
		return LogBody{}, fmt.Errorf("log configuration of the plan: %w", err)
	}
	return b, nil
}

// Log returns the log configuration that a change sets, and the one that it was
// planned against. The first is nil if the change sets none, the second if none was
// in force.
func (c Change) Log() (wanted *LogBody, reviewed *cluster.LiveLogConfig, err error) {
	request, ok := c.LogRequest()
	if !ok {
		return nil, nil, nil
	}
	body, err := request.LogBody()
	if err != nil {
		return nil, nil, err
	}
	reviewed, err = c.ReviewedLog(body)
	return &body, reviewed, err
}

// Config is the log configuration that a PUT brings into force. How long it
// lasts is not known of one that is asked for by duration.
func (b LogBody) Config() *cluster.LiveLogConfig {
	return &cluster.LiveLogConfig{RootLevel: b.RootLevel, LogLevels: b.LogLevels, Expiration: b.Expiration}
}

// IsMetBy reports whether the configuration is in force: the same levels, and
// for a window the same end.
func (b LogBody) IsMetBy(got *cluster.LiveLogConfig, now time.Time) bool {
	return got.At(now).Matches(b.Config())
}

// ReviewedLog is the log configuration that a change was planned against: the
// one wanted, with the diff taken back. It is nil where none was in force.
func (c Change) ReviewedLog(wanted LogBody) (*cluster.LiveLogConfig, error) {
	r := wanted.Config()
	r.LogLevels = map[string]cluster.Level{}
	maps.Copy(r.LogLevels, wanted.LogLevels)
	for _, d := range c.Diff {
		if err := revert(r, d); err != nil {
			return nil, fmt.Errorf("diff of the plan: %s: %w", d.Path, err)
		}
	}
	if r.RootLevel == "" {
		return nil, nil
	}
	return r, nil
}

// revert gives a log configuration back what it had before a change of a field.
func revert(r *cluster.LiveLogConfig, d jsonpatch.Edit) error {
	tokens, err := jsonpatch.Tokens(d.Path)
	if err != nil || len(tokens) < 2 {
		return err
	}
	switch tokens[1] {
	case "rootLevel":
		r.RootLevel, err = valueOf[cluster.Level](d.Before)
	case "expiration":
		r.Expiration, err = valueOf[time.Time](d.Before)
	case "logLevels":
		class := strings.Join(tokens[2:], "/")
		if r.LogLevels[class], err = valueOf[cluster.Level](d.Before); d.Before == nil {
			delete(r.LogLevels, class)
		}
	}
	return err
}

// valueOf reads a value of a diff; one that is not there is the zero value.
func valueOf[T any](value json.RawMessage) (v T, err error) {
	if value != nil {
		err = jsonread.Unmarshal(value, &v)
	}
	return v, err
}

// LogIsAsReviewed compares what is in force with what was reviewed. One that has
// ended by itself since is no change of somebody's.
func LogIsAsReviewed(got, reviewed *cluster.LiveLogConfig, now time.Time) bool {
	got = got.At(now)
	return got == nil || got.Equal(reviewed)
}
