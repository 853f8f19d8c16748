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

// LogField is the path of the log configuration in a diff. No document has a member of
// this name.
const LogField = "/logConfig"

// LogBody is the body of a PUT. At most one of DurationMinutes and Expiration is set: the
// API refuses both.
type LogBody struct {
	RootLevel       cluster.Level            `json:"rootLevel"`
	LogLevels       map[string]cluster.Level `json:"logLevels"`
	DurationMinutes int                      `json:"durationMinutes,omitempty"`
	Expiration      time.Time                `json:"expiration,omitzero"`
}

// LogRequest returns the request of a change that sets the log configuration.
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

// LogBody decodes the body of a request that sets a log configuration.
func (r Request) LogBody() (LogBody, error) {
	var b LogBody
	if err := jsonread.Unmarshal(r.Body, &b); err != nil {
		return LogBody{}, fmt.Errorf("invalid log configuration: %w", err)
	}
	return b, nil
}

// Log returns the log configuration that a change sets, nil if it sets none, and the one
// that was in force when it was planned, nil if none was.
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

// Config is the log configuration that a PUT sets. If it is requested by duration, its
// end is not known.
func (b LogBody) Config() *cluster.LiveLogConfig {
	return &cluster.LiveLogConfig{RootLevel: b.RootLevel, LogLevels: b.LogLevels, Expiration: b.Expiration}
}

// IsMetBy reports whether the configuration is in force: the same levels and, for a
// window, the same end.
func (b LogBody) IsMetBy(got *cluster.LiveLogConfig, now time.Time) bool {
	return got.At(now).Matches(b.Config())
}

// ReviewedLog returns the log configuration that was in force when a change was planned,
// nil if none was: the wanted one with the diff reverted.
func (c Change) ReviewedLog(wanted LogBody) (*cluster.LiveLogConfig, error) {
	r := wanted.Config()
	r.LogLevels = map[string]cluster.Level{}
	maps.Copy(r.LogLevels, wanted.LogLevels)
	for _, d := range c.Diff {
		if err := revert(r, d); err != nil {
			return nil, fmt.Errorf("invalid diff: %s: %w", d.Path, err)
		}
	}
	if r.RootLevel == "" {
		return nil, nil
	}
	return r, nil
}

// revert undoes the change of one field of a log configuration.
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

// valueOf decodes a value of a diff; an absent one is the zero value.
func valueOf[T any](value json.RawMessage) (v T, err error) {
	if value != nil {
		err = jsonread.Unmarshal(value, &v)
	}
	return v, err
}

// LogIsAsReviewed reports whether the log configuration in force is the reviewed one. One
// that has expired since was not changed by anyone.
func LogIsAsReviewed(got, reviewed *cluster.LiveLogConfig, now time.Time) bool {
	got = got.At(now)
	return got == nil || got.Equal(reviewed)
}
