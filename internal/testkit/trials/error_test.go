package trials

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/applier"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

// outcomesOf returns the outcomes of an apply's changes, in the order of the plan.
func outcomesOf(t *testing.T, r ran) []string {
	t.Helper()
	var result applier.Result
	if err := json.Unmarshal([]byte(r.stdout), &result); err != nil {
		t.Fatalf("%v: %s%s", err, r.stdout, r.stderr)
	}
	words := []string{}
	for _, o := range result.Outcomes {
		words = append(words, string(o.Action)+" "+o.Name+" "+string(o.Outcome))
	}
	return words
}

// The second of three creates cannot be sent. --on-error decides about the others; each has an
// outcome, and running again does the rest.
func TestOnError(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		flags []string
		want  []string
	}{
		"continue": {
			[]string{"--on-error", "continue"},
			[]string{"create va-a applied", "create va-b failed", "create va-c applied", "update old applied", "set-log old applied", "delete gone applied"},
		},
		"continue is usual": {
			nil,
			[]string{"create va-a applied", "create va-b failed", "create va-c applied", "update old applied", "set-log old applied", "delete gone applied"},
		},
		"stop": {
			[]string{"--on-error", "stop"},
			[]string{
				"create va-a applied", "create va-b failed", "create va-c not-attempted",
				"update old not-attempted", "set-log old not-attempted", "delete gone not-attempted",
			},
		},
	}
	const file = "version: 1\nclusters: [{name: va-a}, {name: va-b}, {name: va-c}, " +
		"{name: old, description: x, logConfig: {rootLevel: WARN, durationMinutes: 60}}, {name: gone, state: absent}]\n"
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, sandbox.Options{}, func(t *testing.T, s *stage) {
				wire.Ask(t, s.tenant, http.MethodPost, "/v3/managed-clusters", `{"name":"old"}`)
				wire.Ask(t, s.tenant, http.MethodPost, "/v3/managed-clusters", `{"name":"gone"}`)
				clusters := wire.WriteClusters(t, file)
				posts := 0
				s.onRequest = func(req *http.Request) error {
					if req.Method != http.MethodPost {
						return nil
					}
					if posts++; posts == 2 {
						return errReset
					}
					return nil
				}
				args := []string{"apply", "--auto-approve", "--parallelism", "1", "--retries", "0", "--output", "json", "--file", clusters}
				failed := s.run(append(args, tt.flags...)...)
				failed.expect(t, exitIncomplete, `"error": "POST `)
				if diff := cmp.Diff(tt.want, outcomesOf(t, failed)); diff != "" {
					t.Errorf("outcomes (-want +got):\n%s", diff)
				}
				s.onRequest = nil
				s.run("apply", "--auto-approve", "--file", clusters).expect(t, exitDone, "Apply complete: ")
				s.run("plan", "--detailed-exitcode", "--file", clusters).expect(t, exitDone, "No changes. ")
			})
		})
	}
}

// An apply, a saved plan and an undo are interrupted alike. The first interrupt lets the current
// write finish, the second does not.
func TestInterruptOfWhatWasSavedAndOfUndo(t *testing.T) {
	t.Parallel()
	for _, times := range []int{1, 2} {
		for _, what := range []string{"saved plan", "undo", "saved undo"} {
			t.Run(what+[]string{"", ", first interrupt", ", second interrupt"}[times], func(t *testing.T) {
				t.Parallel()
				undoTrials(t, func(t *testing.T, u *undoTrial) { u.interruptTwoUpdates(t, what, times) })
			})
		}
	}
}

// interruptTwoUpdates interrupts a run of two updates during the first, and then runs it again to
// finish.
func (u *undoTrial) interruptTwoUpdates(t *testing.T, what string, times int) {
	t.Helper()
	args := u.twoUpdates(t, what)
	u.onRequest = func(req *http.Request) error {
		if req.Method != http.MethodPatch {
			return nil
		}
		for range times {
			r := rehearsal{interrupts: u.interrupts}
			r.interrupt()
		}
		if times == 2 {
			return wire.GiveUp(req)
		}
		return nil
	}
	stopped := u.run(args...)
	if times == 1 {
		stopped.expect(t, exitIncomplete, "update fields (", "): applied\n", "update preferences (", "): not attempted\n",
			"Apply incomplete: 1 applied, 0 failed, 1 skipped.\n")
	} else {
		stopped.expect(t, exitIncomplete, "update fields (", "): failed: PATCH ", ": interrupted", "update preferences (", "): not attempted\n",
			"Apply incomplete: 0 applied, 1 failed, 1 skipped.\n")
	}
	u.onRequest = nil
	u.run(args...).expect(t, exitDone, "Apply complete: ")
	nothingLeft := " already in place.\n" // of a saved plan
	if what == "undo" {
		nothingLeft = "No changes. "
	}
	u.run(args...).expect(t, exitDone, nothingLeft)
}

// twoUpdates returns the arguments of a run that writes fields and then preferences.
func (u *undoTrial) twoUpdates(t *testing.T, what string) []string {
	t.Helper()
	undo := []string{"undo", u.receipt, "--target", "fields", "--target", "preferences"}
	saved := filepath.Join(t.TempDir(), "saved.json")
	run := []string{"apply", saved, "--parallelism", "1"}
	switch what {
	case "undo":
		return append(undo, "--auto-approve", "--parallelism", "1")
	case "saved undo":
		u.run(append(undo, "--out", saved)...).expect(t, exitDone)
	default:
		file := wire.WriteClusters(t, "version: 1\nclusters: [{name: fields, description: once more}, {name: preferences, updatePreferences: {updateState: AUTO}}]\n")
		u.run("plan", "--file", file, "--out", saved).expect(t, exitDone)
	}
	return run
}

// An interrupt during preparation ends any run, and nothing is written.
func TestInterruptWhilePreparing(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"saved plan", "undo", "saved undo"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			undoTrials(t, func(t *testing.T, u *undoTrial) {
				args := u.twoUpdates(t, what)
				is := documents(t, u.tenant)
				u.onRequest = func(req *http.Request) error {
					if !strings.HasSuffix(req.URL.Path, "/managed-clusters") {
						return nil
					}
					r := rehearsal{interrupts: u.interrupts}
					r.interrupt()
					return wire.GiveUp(req)
				}
				u.run(args...).expect(t, exitError, "error: GET ", "/managed-clusters: interrupted\n")
				if diff := cmp.Diff(is, documents(t, u.tenant)); diff != "" {
					t.Errorf("written to:\n%s", diff)
				}
			})
		})
	}
}
