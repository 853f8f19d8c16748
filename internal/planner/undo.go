package planner

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// UndoInput is all that the plan of an undo follows from.
type UndoInput struct {
	Deeds    []Deed
	Snapshot cluster.Snapshot
	// TrustListing takes a listing that is not verified to be complete.
	TrustListing bool
	// Selection narrows the plan by name: that of the live cluster, or else of
	// the deed.
	Selection cluster.Selection
	Now       time.Time
	// Tool names the program and its version in the plan.
	Tool string
	Rate api.Rate
}

// Undo plans the way back from what was done. It takes back only what is still
// as it was left: what somebody has changed since, and what cannot be read, is a
// finding instead.
func Undo(in UndoInput) (Plan, error) {
	b := builder{
		now:      in.Now,
		clusters: withProblems(in.Snapshot.Clusters),
		listed:   in.Snapshot.Proof.Verified || in.TrustListing,
	}
	u := undoer{builder: b, matcher: newMatcher(b.clusters)}
	for _, d := range inOrder(in.Deeds) {
		if live := u.byID[d.ID]; live != nil && live.Name != "" {
			d.Name = live.Name // what a cluster is called now is what a reviewer knows it by
		}
		if !in.Selection.Picks(d.Name) {
			continue
		}
		before := len(u.changes)
		if err := u.undo(d); err != nil {
			u.changes = u.changes[:before]
			u.tell(Blocked, d, err.Error())
		}
	}
	u.blockTakenNames()
	plan, err := u.plan(Input{Snapshot: in.Snapshot, Now: in.Now, Tool: in.Tool, Rate: in.Rate})
	plan.Undo, plan.Warnings = true, append(plan.Warnings, u.unanswered...)
	return plan, err
}

// inOrder gives the changes one order, whatever that of the deeds.
func inOrder(deeds []Deed) []Deed {
	return slices.SortedFunc(slices.Values(deeds), func(x, y Deed) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
}

// undoer collects what becomes of each deed.
type undoer struct {
	builder
	matcher
	// unanswered are warnings of clusters that may still show up.
	unanswered []Warning
}

// undo decides one deed. One that is "cut off" is not settled.
//
//	deed                  live                        becomes
//	--------------------  --------------------------  ----------------------
//	created, id unknown   none of this name           unchanged, and a warning
//	or adopted                                        if the id is unknown
//	created, id unknown   some of this name, or the   finding blocked
//	or adopted            one that was adopted
//	created               –                           unchanged
//	created               as left                     delete
//	created, cut off      each field as left or       delete
//	                      as before
//	created               anything else, or           finding blocked
//	                      something attached, or a
//	                      log configuration that
//	                      is not as left or ending
//	created and deleted   –                           unchanged
//	deleted               –                           finding irreversible
//	deleted, cut off      there after all             as if not deleted
//	any other             –                           finding blocked
//	any                   not found, and the listing  finding blocked
//	                      is not verified
//	any                   with a problem              finding blocked
//	any other             there                       see takeBackFields and
//	                                                  takeBackLog
func (u *undoer) undo(d Deed) error {
	p := pair{desired: &cluster.Cluster{Name: d.Name, Source: d.Source}, live: u.byID[d.ID]}
	switch isDeleted, unknown := d.Deleted && (p.live == nil || !d.Unsettled), u.unknown(d, p.live); {
	case unknown != "":
		u.tell(Blocked, d, unknown)
	case d.Created && (d.ID == "" || d.Adopted):
		u.lookFor(d)
	case d.Created && (isDeleted || p.live == nil):
		u.unchanged++
	case isDeleted:
		u.tell(Irreversible, d, "deleted: its keys and clients are gone (apply a file that declares it to make a new one)")
	case p.live == nil:
		u.tell(Blocked, d, "gone since: no live cluster has the id "+d.ID)
	case d.Created:
		return u.deleteCreated(d, p)
	default:
		return u.takeBack(d, p)
	}
	return nil
}

// unknown says what keeps a deed from being undone that is not known of its
// cluster. It is empty if nothing does.
func (u *undoer) unknown(d Deed, live *cluster.Live) string {
	switch {
	case live != nil:
		return live.Problem
	case !d.Deleted && !u.listed:
		return notListed
	default:
		return ""
	}
}

// tell notes a finding about a cluster, live or not.
func (u *undoer) tell(kind FindingKind, d Deed, message string) {
	u.findings = append(u.findings, Finding{Kind: kind, Name: d.Name, ID: d.ID, Source: &d.Source, Message: message})
}

// lookFor says which clusters may be the one whose creation got no answer. None
// can be told to be it: somebody else may have made one of the same name.
func (u *undoer) lookFor(d Deed) {
	switch found := ids(u.byName[d.Name]); len(found) {
	case 0:
		u.unchanged++
		if d.ID == "" {
			u.unanswered = append(u.unanswered, Warning{Code: codeUnanswered, Source: &d.Source, Message: fmt.Sprintf(
				"the creation of %q got no answer, and no cluster of this name is listed (if one shows up later, delete it by hand)", d.Name)})
		}
	case 1:
		u.tell(Blocked, d, fmt.Sprintf("its creation got no answer; %s has this name: delete it by hand if it was made by that run", found[0]))
	default:
		u.tell(Blocked, d, fmt.Sprintf("its creation got no answer; %s have this name: delete by hand the one that was made by that run, if any",
			strings.Join(found, ", ")))
	}
}

func changedSince(what string) string { return "changed since: " + what }

// takeBack plans the way back of a cluster that was there before. Its document
// and its log configuration have nothing to do with each other.
func (u *undoer) takeBack(d Deed, p pair) error {
	before := len(u.changes) + len(u.findings)
	if err := u.takeBackFields(d, p); err != nil {
		return err
	}
	if err := u.takeBackLog(d, p); err != nil {
		return err
	}
	if len(u.changes)+len(u.findings) == before {
		u.unchanged++
	}
	return nil
}

// MissingToUndo tells whether a cluster that was written to is not among those
// listed.
func MissingToUndo(deeds []Deed) func([]cluster.Live) bool {
	return func(listed []cluster.Live) bool {
		m := newMatcher(listed)
		return slices.ContainsFunc(deeds, func(d Deed) bool {
			if d.ID == "" {
				return len(m.byName[d.Name]) == 0
			}
			return !d.Deleted && m.byID[d.ID] == nil
		})
	}
}

// NotAsLeft returns which clusters that were written to have to be read by their id:
// the listing does not show them as they were left. Either somebody has changed them
// since, or the listing lags behind.
func NotAsLeft(deeds []Deed) func([]cluster.Live) []string {
	return func(listed []cluster.Live) []string {
		m, ids := newMatcher(listed), []string{}
		for _, d := range inOrder(deeds) {
			isGone := d.Deleted && !d.Unsettled
			if d.ID != "" && !isGone && !d.isAsLeft(m.byID[d.ID]) {
				ids = append(ids, d.ID)
			}
		}
		return ids
	}
}

// isAsLeft reports whether a cluster, nil if it is not listed, is as it was left.
func (d Deed) isAsLeft(live *cluster.Live) bool {
	if live == nil {
		return false
	}
	if live.Problem != "" {
		return true // it is blocked, whatever it is by now
	}
	seen, err := look(d, live.Document)
	isLogAsLeft := d.Log == nil || live.Log.Config != nil && live.Log.Config.Matches(d.logAfter())
	return err == nil && len(seen.notAfter) == 0 && isLogAsLeft
}

// NeedsLogConfigToUndo tells of which live clusters an undo has to know the log
// configuration: those whose own was set, and those that are to be deleted.
func NeedsLogConfigToUndo(deeds []Deed) func(cluster.Live) bool {
	ids := map[string]bool{}
	for _, d := range deeds {
		if d.Log != nil || d.Created {
			ids[d.ID] = true
		}
	}
	return func(live cluster.Live) bool { return ids[live.ID] }
}
