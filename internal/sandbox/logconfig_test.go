package sandbox

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPutLogConfig(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	tests := map[string]struct {
		body string
		want logConfig
	}{
		"neither": {`{"rootLevel": "INFO"}`,
			logConfig{nil, 240, "2026-11-23T14:00:00.000000Z", "INFO", map[string]string{}}},
		"nulls": {`{"rootLevel": "INFO", "clientId": null, "logLevels": null, "durationMinutes": null, "expiration": null}`,
			logConfig{nil, 240, "2026-11-23T14:00:00.000000Z", "INFO", map[string]string{}}},
		"shortest": {`{"rootLevel": "OFF", "durationMinutes": 5}`,
			logConfig{nil, 5, "2026-11-23T10:05:00.000000Z", "OFF", map[string]string{}}},
		"longest": {`{"rootLevel": "OFF", "durationMinutes": 1440}`,
			logConfig{nil, 1440, "2026-11-24T10:00:00.000000Z", "OFF", map[string]string{}}},
		"until": {`{"rootLevel": "TRACE", "expiration": "2026-11-23T12:30:00.5+01:00", "logLevels": {"a.b": "DEBUG"}, "clientId": "me"}`,
			logConfig{new("me"), 91, "2026-11-23T11:30:00.500000Z", "TRACE", map[string]string{"a.b": "DEBUG"}}},
		"until the last moment": {`{"rootLevel": "WARN", "expiration": "2026-11-24T10:00:00Z", "more": 1}`,
			logConfig{nil, 1440, "2026-11-24T10:00:00.000000Z", "WARN", map[string]string{}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := p.create(`{"name": "a"}`).ID
			p.want(p.get(logPath(id)), http.StatusNoContent)
			r := p.putLog(id, test.body)
			p.want(r, http.StatusOK)
			if diff := cmp.Diff(test.want, decode[logConfig](t, r)); diff != "" {
				t.Errorf("answer: %s", diff)
			}
			if stored := p.get(logPath(id)); stored.body != r.body {
				t.Errorf("stored: %s", stored.body)
			}
			if diff := cmp.Diff(&test.want, p.show(id).LogConfiguration); diff != "" {
				t.Errorf("inline: %s", diff)
			}
		})
	}
}

func TestPutLogConfigRefuses(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	id := p.create(`{"name": "a"}`).ID
	tests := map[string]struct{ body, want string }{
		"null":                 {`null`, "the body is null"},
		"no JSON":              {`{`, "not a JSON object"},
		"no level":             {`{}`, "rootLevel is required"},
		"a null level":         {`{"rootLevel": null}`, "rootLevel is required"},
		"a false level":        {`{"rootLevel": false}`, "rootLevel must be a string"},
		"a lower-case level":   {`{"rootLevel": "info"}`, `rootLevel: "info" is not a level`},
		"wrong levels":         {`{"rootLevel": "INFO", "logLevels": []}`, "logLevels must be an object"},
		"a wrong level":        {`{"rootLevel": "INFO", "logLevels": {"a": "LOUD"}}`, `logLevels: "a": "LOUD" is not a level`},
		"a number for a level": {`{"rootLevel": "INFO", "logLevels": {"a": 1}}`, `the level of "a" must be a string`},
		"null for a level":     {`{"rootLevel": "INFO", "logLevels": {"a": null}}`, `the level of "a" must be a string`},
		"a wrong client":       {`{"rootLevel": "INFO", "clientId": 1}`, "clientId must be a string"},
		"both": {`{"rootLevel": "INFO", "durationMinutes": 60, "expiration": "2026-11-23T11:00:00Z"}`,
			"not both"},
		"too short":     {`{"rootLevel": "INFO", "durationMinutes": 4}`, "durationMinutes 4 is not between 5 and 1440"},
		"too long":      {`{"rootLevel": "INFO", "durationMinutes": 1441}`, "durationMinutes 1441"},
		"a fraction":    {`{"rootLevel": "INFO", "durationMinutes": 7.5}`, "must be a whole number"},
		"a text":        {`{"rootLevel": "INFO", "durationMinutes": "60"}`, "must be a whole number"},
		"no time":       {`{"rootLevel": "INFO", "expiration": "tomorrow"}`, "not an RFC 3339 time"},
		"no zone":       {`{"rootLevel": "INFO", "expiration": "2026-11-23T11:00:00"}`, "not an RFC 3339 time"},
		"a number":      {`{"rootLevel": "INFO", "expiration": 1}`, "expiration must be a string"},
		"now":           {`{"rootLevel": "INFO", "expiration": "2026-11-23T10:00:00Z"}`, "not in the future"},
		"too far ahead": {`{"rootLevel": "INFO", "expiration": "2026-11-24T10:00:00.000001Z"}`, "more than 24 hours"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p.wantProblem(p.putLog(id, test.body), http.StatusBadRequest, test.want)
			p.want(p.get(logPath(id)), http.StatusNoContent)
		})
	}
	t.Run("another content type", func(t *testing.T) {
		t.Parallel()
		p.wantProblem(p.send(http.MethodPut, logPath(id), "", `{"rootLevel": "INFO"}`), http.StatusBadRequest, "content type")
	})
	t.Run("an unknown cluster", func(t *testing.T) {
		t.Parallel()
		p.wantProblem(p.putLog("nobody", `{"rootLevel": "INFO"}`), http.StatusNotFound, "no such cluster")
		p.wantProblem(p.get(logPath("nobody")), http.StatusNotFound, "no such cluster")
	})
}

// The result of GET cannot be sent back: it has both durationMinutes and expiration.
func TestServedLogConfigCannotBeSentBack(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	id := p.create(`{"name": "a"}`).ID
	r := p.putLog(id, `{"rootLevel": "INFO"}`)
	p.want(r, http.StatusOK)
	p.wantProblem(p.putLog(id, r.body), http.StatusBadRequest, "not both")
}

func TestLogConfigEnds(t *testing.T) {
	t.Parallel()
	clock := newClock()
	p := serve(t, Options{Now: clock.Now, InlineAllLogs: true, TokenLifetime: 12 * time.Hour})
	id := p.create(`{"name": "a"}`).ID
	p.want(p.putLog(id, `{"rootLevel": "DEBUG", "durationMinutes": 60}`), http.StatusOK)
	steps := []struct {
		after  time.Duration
		status int
		inline bool
	}{
		{0, http.StatusOK, true},
		{time.Hour - 1, http.StatusOK, true},
		{1, http.StatusNoContent, true},
		{time.Hour - 1, http.StatusNoContent, true},
		{1, http.StatusNoContent, false},
	}
	for i, step := range steps {
		clock.advance(step.after)
		if got := p.get(logPath(id)).status; got != step.status {
			t.Errorf("step %d: status %d, want %d", i, got, step.status)
		}
		if inline := p.list("")[0].LogConfiguration != nil; inline != step.inline {
			t.Errorf("step %d: inline %v, want %v", i, inline, step.inline)
		}
	}
}
