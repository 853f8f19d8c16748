// Package undo plans the inverse of what runs of apply did. It rolls back only what is
// still as those runs left it. It is pure.
package undo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// Plan returns the plan that rolls back the effects. What has been changed since, and
// what cannot be read, is a finding instead. The input declares no clusters. Its
// selection goes by the live name of a cluster, or else by the name in the effect.
func Plan(in planner.Input, effects []receipt.Effect) (planner.Plan, error) {
	in.Undo = true
	u := undoer{Editor: planner.NewEditor(in), now: in.Now}
	for _, effect := range slices.SortedFunc(slices.Values(effects), receipt.Effect.Compare) {
		live, problem := u.Find(effect.ID)
		if live != nil && live.Name != "" {
			effect.Name = live.Name // the name that a reviewer knows
		}
		if !in.Selection.Picks(effect.Name) {
			continue
		}
		if err := u.Edit(func() error { return u.undo(effect, live, problem) }); err != nil {
			u.block(effect, err.Error())
		}
	}
	plan, err := u.Plan()
	plan.Warnings = append(plan.Warnings, u.unanswered...)
	return plan, err
}

type undoer struct {
	*planner.Editor
	now time.Time
	// unanswered has a warning for each create whose cluster may still appear.
	unanswered []planner.Warning
}

// undo decides one effect. "Cut off" means that its outcome is unknown.
//
//	effect                live                        becomes
//	--------------------  --------------------------  ------------------------
//	created, id unknown   none of this name           unchanged, and a warning
//	or adopted                                        if the id is unknown
//	created, id unknown   some of this name, or the   finding blocked
//	or adopted            one that was adopted
//	created               –                           unchanged
//	created               as left                     delete
//	created, cut off      each field as left or       delete
//	                      as before
//	created               anything else, something    finding blocked
//	                      attached, or a log
//	                      configuration that is not
//	                      as left or about to end
//	created and deleted   –                           unchanged
//	deleted               –                           finding irreversible
//	deleted, cut off      still exists                as if not deleted
//	any other             –                           finding blocked
//	any                   not listed, and the         finding blocked
//	                      listing is not verified
//	any                   with a problem              finding blocked
//	any other             exists                      see restoreFields and
//	                                                  restoreLog
func (u *undoer) undo(e receipt.Effect, live *cluster.Live, problem string) error {
	isDeleted := e.Deleted && (live == nil || !e.Unknown)
	switch {
	case problem != "" && (live != nil || !e.Deleted):
		u.block(e, problem)
	case isUncertain(e):
		u.lookFor(e)
	case e.Created && (isDeleted || live == nil):
	case isDeleted:
		u.note(planner.Irreversible, e, "deleted with its keys and clients, which cannot be restored; to create a new cluster, apply a file that declares it")
	case live == nil:
		u.block(e, "no longer exists")
	case e.Created:
		return u.deleteCreated(e, live)
	default: // its log configuration is restored whether or not its document can be
		if err := u.restoreFields(e, live); err != nil {
			return err
		}
		return u.restoreLog(e, live)
	}
	return nil
}

// isUncertain reports whether it is not known which cluster a create made.
func isUncertain(e receipt.Effect) bool { return e.Created && (e.ID == "" || e.Adopted) }

func (u *undoer) note(kind planner.FindingKind, e receipt.Effect, message string) {
	u.Note(planner.Finding{Kind: kind, Name: e.Name, ID: e.ID, Source: &e.Source, Message: message})
}

func (u *undoer) block(e receipt.Effect, message string) { u.note(planner.Blocked, e, message) }

// lookFor names the clusters that a create without a response may have made. That is
// never certain: someone else may have created one of the same name.
func (u *undoer) lookFor(e receipt.Effect) {
	switch found := u.Named(e.Name); {
	case len(found) == 0 && e.ID == "":
		u.unanswered = append(u.unanswered, planner.Warning{Code: planner.CodeUnanswered, Source: &e.Source, Message: fmt.Sprintf(
			"the create request for %q got no response, and no cluster of this name is listed; if one appears later, delete it manually", e.Name)})
	case len(found) == 0:
	case len(found) == 1:
		u.block(e, fmt.Sprintf("the create request got no response; live cluster %s has this name: if that run created it, delete it manually", found[0]))
	default:
		u.block(e, fmt.Sprintf("the create request got no response; live clusters %s have this name: if that run created one of them, delete it manually",
			strings.Join(found, ", ")))
	}
}

// changedSince describes a change since the run; it is empty if there is none.
func changedSince(what string) string {
	if what == "" {
		return ""
	}
	return "changed since the run: " + what
}
