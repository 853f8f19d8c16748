package planner_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// logBody returns the body of the only log request of a change.
func logBody(t rapid.TB, c planner.Change) planner.LogBody {
	t.Helper()
	r, ok := c.LogRequest()
	if !ok {
		t.Fatalf("no log request in %+v", c)
	}
	body, err := r.LogBody()
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// A change alone says what was in force when it was reviewed, and whether what it sends
// is in force.
func TestALogChangeLeadsFromReviewedToWanted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := liveClusters().Draw(t, "live")
		p := plan(t, desiredClusters().Draw(t, "desired"), before)
		after := apply(t, p, before)
		for _, c := range p.Changes {
			if c.Action != planner.SetLog {
				continue
			}
			body := logBody(t, c)
			reviewed, err := c.ReviewedLog(body)
			if err != nil {
				t.Fatal(err)
			}
			was := configOf(before, c.ID)
			if !was.InForce(noon()) {
				was = nil
			}
			if diff := cmp.Diff(was, reviewed, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("reviewed (-live +got):\n%s", diff)
			}
			if !planner.LogIsAsReviewed(configOf(before, c.ID), reviewed, noon()) {
				t.Fatal("what was there is not what was reviewed")
			}
			if !body.IsMetBy(configOf(after, c.ID), noon()) {
				t.Fatalf("what was sent is not in force: %s", configOf(after, c.ID))
			}
		}
	})
}

func configOf(live []cluster.Live, id string) *cluster.LiveLogConfig {
	for _, l := range live {
		if l.ID == id {
			return l.Log.Config
		}
	}
	return nil
}

func TestLogRequest(t *testing.T) {
	t.Parallel()
	created := plan(t, declare(logged), nil).Changes[0]
	if r, ok := created.LogRequest(); !ok || r.Path != "/managed-clusters/{id}/log-config" {
		t.Errorf("of a creation: %+v, %t", r, ok)
	}
	deleted := plan(t, tombstone(), []cluster.Live{serve(t, one)}).Changes[0]
	if r, ok := deleted.LogRequest(); ok {
		t.Errorf("of a delete: %+v", r)
	}
}

func TestLogBodyThatIsNone(t *testing.T) {
	t.Parallel()
	_, err := planner.Request{Body: json.RawMessage(`[]`)}.LogBody()
	if err == nil || !strings.HasPrefix(err.Error(), "invalid log configuration: ") {
		t.Errorf("err = %v", err)
	}
}

func TestIsMetBy(t *testing.T) {
	t.Parallel()
	byDuration := planner.LogBody{RootLevel: "INFO", LogLevels: xyLevels(), DurationMinutes: 60}
	byEnd := planner.LogBody{RootLevel: "INFO", LogLevels: xyLevels(), Expiration: in(time.Hour)}
	tests := map[string]struct {
		body planner.LogBody
		got  *cluster.LiveLogConfig
		want bool
	}{
		"none in force":                    {byDuration, nil, false},
		"ended":                            {byDuration, ours(-1), false},
		"ends now":                         {byDuration, ours(0), false},
		"in force":                         {byDuration, ours(1), true},
		"in force, its end unknown":        {byDuration, endless(), true},
		"other levels":                     {byDuration, anothers(time.Hour), false},
		"window, the same end":             {byEnd, ours(time.Hour), true},
		"window, its digits cut":           {byEnd, ours(time.Hour - time.Second + 1), true},
		"window, another end":              {byEnd, ours(2 * time.Hour), false},
		"window, other levels to that end": {byEnd, anothers(time.Hour), false},
		"window, its end unknown":          {byEnd, endless(), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tt.body.IsMetBy(tt.got, noon()); got != tt.want {
				t.Errorf("met: %t, want %t", got, tt.want)
			}
		})
	}
}

func TestLogIsAsReviewed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		got, reviewed *cluster.LiveLogConfig
		want          bool
	}{
		"none then and now":              {nil, nil, true},
		"the same":                       {ours(time.Hour), ours(time.Hour), true},
		"has ended since":                {ours(-time.Second), ours(-time.Second), true},
		"is gone":                        {nil, ours(time.Hour), true},
		"someone else has set one since": {ours(time.Hour), nil, false},
		"other levels":                   {anothers(time.Hour), ours(time.Hour), false},
		"another end":                    {ours(2 * time.Hour), ours(time.Hour), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := planner.LogIsAsReviewed(tt.got, tt.reviewed, noon()); got != tt.want {
				t.Errorf("as reviewed: %t, want %t", got, tt.want)
			}
		})
	}
}

// An edited plan may have a diff that makes no sense.
func TestReviewedLogOfAStrangeDiff(t *testing.T) {
	t.Parallel()
	wanted := planner.LogBody{RootLevel: "INFO"}
	tests := map[string]struct {
		diff jsonpatch.Edit
		err  string
	}{
		"the whole of it":    {diff: jsonpatch.Edit{Path: "/logConfig"}},
		"an unknown field":   {diff: jsonpatch.Edit{Path: "/logConfig/other", Before: json.RawMessage("1")}},
		"no pointer":         {jsonpatch.Edit{Path: "logConfig"}, "invalid diff: logConfig: "},
		"a level that is no": {jsonpatch.Edit{Path: "/logConfig/rootLevel", Before: json.RawMessage("1")}, "invalid diff: /logConfig/rootLevel: "},
		"a class's level":    {jsonpatch.Edit{Path: "/logConfig/logLevels/x", Before: json.RawMessage("[]")}, "invalid diff: /logConfig/logLevels/x: "},
		"an end that is no":  {jsonpatch.Edit{Path: "/logConfig/expiration", Before: json.RawMessage(`"noon"`)}, "invalid diff: /logConfig/expiration: "},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := planner.Change{Diff: []jsonpatch.Edit{tt.diff}}.ReviewedLog(wanted)
			if tt.err != "" {
				if err == nil || !strings.HasPrefix(err.Error(), tt.err) {
					t.Errorf("err = %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil || got == nil || got.RootLevel != "INFO" {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}
