package trials

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

// undoTrial is a tenant on which the trial's file was applied.
type undoTrial struct {
	*stage
	receipt string
	// was is the original state of the tenant, without the deleted clusters.
	was map[string]string
}

func undoTrials(t *testing.T, play func(*testing.T, *undoTrial)) {
	t.Helper()
	inBubble(t, sandbox.Options{}, func(t *testing.T, s *stage) {
		populate(t, s.tenant)
		u := &undoTrial{stage: s, receipt: filepath.Join(t.TempDir(), "receipt.jsonl"), was: documents(t, s.tenant)}
		s.run("apply", "--auto-approve", "-f", wire.WriteClusters(t, trialFile), "--receipt", u.receipt).expect(t, exitDone)
		is := documents(t, s.tenant)
		for id, doc := range u.was {
			if is[id] == "" && strings.Contains(doc, `"name":"gone"`) {
				delete(u.was, id)
			}
		}
		if len(u.was) != 6 || len(is) != 9 {
			t.Fatalf("%d clusters were there, and %d are", len(u.was), len(is))
		}
		play(t, u)
	})
}

// expectAsBefore compares the tenant with its original state, cluster by cluster.
func (u *undoTrial) expectAsBefore(t *testing.T) {
	t.Helper()
	if diff := cmp.Diff(u.was, documents(t, u.tenant)); diff != "" {
		t.Errorf("not as before (-before +now):\n%s", diff)
	}
}

// An immediate undo restores changes that the listing does not show yet, and a second one sees
// that they were restored.
func TestUndoOfARunThatIsNotListedYet(t *testing.T) {
	t.Parallel()
	const lag = 2 * time.Second
	inBubble(t, sandbox.Options{ListLag: lag}, func(t *testing.T, s *stage) {
		populate(t, s.tenant)
		time.Sleep(lag)
		u := &undoTrial{stage: s, receipt: filepath.Join(t.TempDir(), "receipt.jsonl"), was: documents(t, s.tenant)}
		file := wire.WriteClusters(t, strings.ReplaceAll(trialFile, "  - {name: gone, state: absent}\n", ""))
		u.run("apply", "--auto-approve", "-f", file, "--receipt", u.receipt).expect(t, exitDone)
		u.run("undo", u.receipt, "--auto-approve").expect(t, exitDone, "Apply complete: 9 applied, 0 failed.\n")
		u.run("undo", u.receipt, "--auto-approve").expect(t, exitDone, "No changes. ")
		time.Sleep(lag)
		u.expectAsBefore(t)
	})
}

// An undo restores every field of every cluster, declared or not, and names the one that it
// cannot restore. A second one has nothing to do.
func TestUndoBringsBackWhatWas(t *testing.T) {
	t.Parallel()
	undoTrials(t, func(t *testing.T, u *undoTrial) {
		u.run("undo", u.receipt, "--auto-approve").expect(t, exitDone,
			"irreversible gone", "deleted with its keys and clients, which cannot be restored", "Apply complete: 9 applied, 0 failed.\n")
		u.expectAsBefore(t)
		u.run("undo", u.receipt, "--auto-approve").expect(t, exitDone, "No changes. ")
		u.expectAsBefore(t)
	})
}

// An undo can be undone with its own receipt.
func TestUndoIsUndone(t *testing.T) {
	t.Parallel()
	undoTrials(t, func(t *testing.T, u *undoTrial) {
		undone := filepath.Join(t.TempDir(), "undone.jsonl")
		is := documents(t, u.tenant)
		u.run("undo", u.receipt, "--auto-approve", "--receipt", undone).expect(t, exitDone)
		u.expectAsBefore(t)
		// Created clusters are not restored: undoing a create deletes them.
		u.run("undo", undone, "--auto-approve").expect(t, exitDone,
			"irreversible new-1", "irreversible new-2", "irreversible new-3", "Apply complete: ")
		now := documents(t, u.tenant)
		for id, doc := range is {
			if _, isOld := u.was[id]; isOld && now[id] != doc {
				t.Errorf("not as applied:\n%s\nbut\n%s", doc, now[id])
			}
		}
		if len(now) != len(u.was) {
			t.Errorf("%d clusters, want %d", len(now), len(u.was))
		}
	})
}

// Later changes by someone else are kept, and block an undo unless they are skipped.
func TestUndoLeavesWhatSomebodyChanged(t *testing.T) {
	t.Parallel()
	undoTrials(t, func(t *testing.T, u *undoTrial) {
		fields, made := u.idOf(t, "fields"), u.idOf(t, "new-2")
		wire.Ask(t, u.tenant, http.MethodPatch, "/v3/managed-clusters/"+fields, `[{"op":"replace","path":"/configuration/gmtOffset","value":"7"}]`)
		log := u.idOf(t, "log-none")
		wire.Ask(t, u.tenant, http.MethodPut, "/v3/managed-clusters/"+log+"/log-config", `{"rootLevel":"DEBUG","durationMinutes":60}`)
		u.inUse = "new-2"
		theirs := documents(t, u.tenant)

		u.run("undo", u.receipt, "--auto-approve").expect(t, exitRefused,
			"blocked fields ("+fields+"): changed since the run: /configuration/gmtOffset: expected \"-6\", found \"7\"",
			"blocked log-none ("+log+"): changed since the run: log configuration: expected rootLevel WARN",
			"blocked new-2 ("+made+"): cannot be deleted: 1 client and ",
			"error: 3 blocked items; use --skip-blocked to keep them as they are and roll back the rest")
		if diff := cmp.Diff(theirs, documents(t, u.tenant)); diff != "" {
			t.Errorf("refused, but written to:\n%s", diff)
		}

		u.run("undo", u.receipt, "--auto-approve", "--skip-blocked").expect(t, exitDone, "Apply complete: ", "warning: 3 blocked items skipped")
		now := documents(t, u.tenant)
		for _, id := range []string{fields, made, log} {
			if now[id] != theirs[id] {
				t.Errorf("written to:\n%s\nis now\n%s", theirs[id], now[id])
			}
		}
		if diff := cmp.Diff(without(u.was, fields, log), without(now, fields, log, made)); diff != "" {
			t.Errorf("the rest is not as before:\n%s", diff)
		}
	})
}

func (s *stage) idOf(t *testing.T, name string) string {
	t.Helper()
	for id, doc := range documents(t, s.tenant) {
		if strings.Contains(doc, `"name":"`+name+`"`) {
			return id
		}
	}
	t.Fatalf("no cluster %s", name)
	return ""
}

// An undo can be limited to some clusters, and saved for a review.
func TestUndoInParts(t *testing.T) {
	t.Parallel()
	undoTrials(t, func(t *testing.T, u *undoTrial) {
		is, fields := documents(t, u.tenant), u.idOf(t, "fields")
		u.run("undo", u.receipt, "--auto-approve", "--target", "fields").expect(t, exitDone, "Apply complete: 1 applied, 0 failed.\n")
		now := documents(t, u.tenant)
		if now[fields] != u.was[fields] {
			t.Errorf("not as before:\n%s", cmp.Diff(u.was[fields], now[fields]))
		}
		if diff := cmp.Diff(without(is, fields), without(now, fields)); diff != "" {
			t.Errorf("others were written to:\n%s", diff)
		}

		saved := filepath.Join(t.TempDir(), "undo.json")
		u.run("undo", u.receipt, "--out", saved).expect(t, exitDone, "Plan: 0 to create, ", "plan saved to ")
		u.run("apply", saved).expect(t, exitDone, "Apply complete: ")
		u.expectAsBefore(t)
		u.run("apply", saved).expect(t, exitDone, " already in place.")
	})
}

// A saved undo is refused once someone has changed what it touches.
func TestSavedUndoIsStale(t *testing.T) {
	t.Parallel()
	undoTrials(t, func(t *testing.T, u *undoTrial) {
		saved, fields := filepath.Join(t.TempDir(), "undo.json"), u.idOf(t, "fields")
		u.run("undo", u.receipt, "--out", saved).expect(t, exitDone)
		wire.Ask(t, u.tenant, http.MethodPatch, "/v3/managed-clusters/"+fields, `[{"op":"replace","path":"/description","value":"theirs"}]`)
		theirs := documents(t, u.tenant)
		u.run("apply", saved).expect(t, exitRefused,
			"update fields ("+fields+"): changed since the plan was made: /description: expected \"after\", found \"theirs\"\n", "stale, so nothing was applied")
		if diff := cmp.Diff(theirs, documents(t, u.tenant)); diff != "" {
			t.Errorf("refused, but written to:\n%s", diff)
		}
	})
}
