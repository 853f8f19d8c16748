package sandbox

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The limits of a log configuration's lifetime.
const (
	minDuration     = 5
	maxDuration     = 1440
	defaultDuration = 240
	maxAhead        = 24 * time.Hour
	// inlineAfterEnd is how long a cluster still shows an expired configuration: a client that
	// ignores the expiration takes it for current.
	inlineAfterEnd = time.Hour
)

// microseconds is the tenant's time format.
const microseconds = "2006-01-02T15:04:05.000000Z"

// stamped returns a time in the tenant's format.
func stamped(t time.Time) string { return t.UTC().Format(microseconds) }

// logLevels returns all levels, in upper case only.
func logLevels() []string {
	return []string{"OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"}
}

// logConfig is a log configuration as stored and returned. It is complete; clients may omit
// members.
type logConfig struct {
	ClientID        *string           `json:"clientId"`
	DurationMinutes int               `json:"durationMinutes"`
	Expiration      string            `json:"expiration"`
	RootLevel       string            `json:"rootLevel"`
	LogLevels       map[string]string `json:"logLevels"`
}

// lasts reports whether now is before the configuration's expiration plus the grace.
func (l *logConfig) lasts(now time.Time, grace time.Duration) bool {
	if l == nil {
		return false
	}
	if l.Expiration == "" { // of a copy
		return true
	}
	end, err := time.Parse(time.RFC3339, l.Expiration)
	return err == nil && now.Before(end.Add(grace))
}

// getLogConfig is GET /managed-clusters/{id}/log-config.
func (t *Tenant) getLogConfig(c call) (answer, error) {
	found, err := t.find(c.route.id)
	if err != nil {
		return answer{}, err
	}
	if found.shown != nil && found.shown.Unreadable {
		return answer{}, errors.New("the copied tenant did not return this log configuration")
	}
	if !found.log.lasts(c.now, 0) {
		return noContent(), nil
	}
	return jsonAnswer(http.StatusOK, found.log), nil
}

// putLogConfig is PUT /managed-clusters/{id}/log-config.
func (t *Tenant) putLogConfig(c call) (answer, error) {
	log, err := readLogConfig(c)
	if err != nil {
		return answer{}, err
	}
	err = t.change(c, c.route.id, func(s state) error {
		if _, err := s.record(c.route.id); err != nil {
			return err
		}
		return s.putLog(c.route.id, log)
	})
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, log), nil
}

// readLogConfig reads the sent configuration and completes it.
func readLogConfig(c call) (logConfig, error) {
	o, err := readObject(c)
	if err != nil {
		return logConfig{}, err
	}
	clientID, errClient := o.text("clientId")
	root, errRoot := rootLevel(o)
	levels, errLevels := o.texts("logLevels", "level", func(class, level string) error {
		return checkLevel(fmt.Sprintf("logLevels: %q", class), level)
	})
	minutes, expiration, errLife := life(o, c.now)
	return logConfig{clientID, minutes, expiration, root, levels}, cmp.Or(errClient, errRoot, errLevels, errLife)
}

func rootLevel(o object) (string, error) {
	level, err := o.text("rootLevel")
	switch {
	case err != nil:
		return "", err
	case level == nil:
		return "", badRequest("rootLevel is required")
	}
	return *level, checkLevel("rootLevel", *level)
}

func checkLevel(what, level string) error {
	if !slices.Contains(logLevels(), level) {
		return badRequest("%s: %q is not a level (use one of %s)", what, level, strings.Join(logLevels(), ", "))
	}
	return nil
}

// life returns the lifetime of a configuration, from durationMinutes, expiration or the default.
func life(o object, now time.Time) (minutes int, expiration string, err error) {
	switch duration, instant := o.has("durationMinutes"), o.has("expiration"); {
	case duration && instant:
		return 0, "", badRequest("set either durationMinutes or expiration, not both")
	case instant:
		return lifeUntil(o, now)
	case duration:
		minutes, err = durationMinutes(o["durationMinutes"])
	default:
		minutes = defaultDuration
	}
	return minutes, stamped(now.Add(time.Duration(minutes) * time.Minute)), err
}

func durationMinutes(value json.RawMessage) (int, error) {
	var minutes int
	if err := json.Unmarshal(value, &minutes); err != nil {
		return 0, badRequest("durationMinutes must be a whole number")
	}
	if minutes < minDuration || minutes > maxDuration {
		return 0, badRequest("durationMinutes %d is not between %d and %d", minutes, minDuration, maxDuration)
	}
	return minutes, nil
}

func lifeUntil(o object, now time.Time) (int, string, error) {
	text, err := o.text("expiration")
	if err != nil {
		return 0, "", err
	}
	end, err := time.Parse(time.RFC3339, *text)
	switch {
	case err != nil:
		return 0, "", badRequest("expiration %q is not an RFC 3339 time", *text)
	case !end.After(now):
		return 0, "", badRequest("expiration %s is not in the future", *text)
	case end.Sub(now) > maxAhead:
		return 0, "", badRequest("expiration %s is more than 24 hours from now", *text)
	}
	return int(math.Ceil(end.Sub(now).Minutes())), stamped(end), nil
}
