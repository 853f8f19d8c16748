package planner

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/jsonread"
)

// Freshness says whether a change of a saved plan can still be applied. The zero value
// means that it can.
type Freshness struct {
	// Done is true if the change is already in force.
	Done bool
	// Stale says what has changed since the plan was made; it is empty if nothing has.
	Stale string
}

func stale(format string, args ...any) Freshness {
	return Freshness{Stale: fmt.Sprintf(format, args...)}
}

// RecheckInput is what a saved plan is compared with.
type RecheckInput struct {
	// Snapshot must hold what Plan.Need asks for.
	Snapshot cluster.Snapshot
	// TrustListing accepts an unverified listing.
	TrustListing bool
	Now          time.Time
}

// Recheck compares a saved plan with the tenant as it is now, change by change. A cluster
// that cannot be read makes only its own changes stale.
//
//	change   live now                                 freshness
//	-------  ---------------------------------------  ------------------------
//	create   no cluster of its name                   to apply
//	         none, and the listing is not verified    stale: not verified
//	         one, and it is as the change wants it    done
//	         one, as its POST left it                 the rest to apply
//	         any other                                stale: now exists
//	update   every field as reviewed                  to apply
//	         every field as wanted                    done
//	         anything else, or renamed                stale: changed
//	         deleted                                  stale: no longer exists
//	         its new name is taken                    stale: name now exists
//	set-log  as reviewed, or no longer in force       to apply
//	         as wanted                                done
//	         anything else, or renamed                stale: changed
//	         deleted                                  stale: no longer exists
//	         unknown                                  stale: unknown
//	delete   name, attachments and fields in the
//	         diff as reviewed                         to apply
//	         deleted                                  done
//	         anything else                            stale: changed
//	         pruned, and no other cluster would stay  stale: none left
//	         any, and the listing is not verified     stale: not verified
//	any      with a problem, or unreadable            stale: the problem
func (p Plan) Recheck(in RecheckInput) []Freshness {
	inv := inventoryOf(in.Snapshot, in.TrustListing)
	r := rechecker{
		inventory: inv, now: in.Now,
		renamed:     p.renamed(),
		isEmptied:   leavesNone(p.Changes, inv.clusters),
		byNameAlone: p.onlyName() != "",
	}
	found := make([]Freshness, 0, len(p.Changes))
	for _, c := range p.Changes {
		found = append(found, r.recheck(c))
	}
	return found
}

// renamed returns the current names, by id, of the clusters that the plan renames.
func (p Plan) renamed() map[string]json.RawMessage {
	names := map[string]json.RawMessage{}
	for _, c := range p.Changes {
		if d, ok := c.rename(); ok {
			names[c.ID] = d.Before
		}
	}
	return names
}

type rechecker struct {
	inventory
	now       time.Time
	renamed   map[string]json.RawMessage
	isEmptied bool // all changes together would leave no cluster
	// byNameAlone reports whether the snapshot has only the clusters of one name.
	byNameAlone bool
}

func (r rechecker) recheck(c Change) Freshness {
	live := r.byID[c.ID]
	switch {
	case c.Action == Create:
		return r.create(c)
	case c.Action == Delete && !r.listed:
		return stale(unverified)
	case live == nil:
		return r.missing(c)
	case live.Problem != "":
		return Freshness{Stale: live.Problem}
	case c.Action == Update:
		return r.update(c, *live)
	case r.isRenamed(c, *live):
		return renamedSince(*live)
	case c.Action == SetLog:
		return r.setLog(c, *live)
	default:
		return r.delete(c, *live)
	}
}

// missing rechecks a change whose cluster was not found.
func (r rechecker) missing(c Change) Freshness {
	switch {
	case c.Action == Delete:
		return Freshness{Done: true}
	case !r.listed:
		return stale(notListed)
	case r.byNameAlone:
		return stale("no longer exists under this name (deleted or renamed)")
	default:
		return stale("no longer exists")
	}
}

// isRenamed reports whether a cluster has a name that the plan does not know.
func (r rechecker) isRenamed(c Change, live cluster.Live) bool {
	return live.Name != c.Name && !jsonpatch.Equal(jsonpatch.Quote(live.Name), r.renamed[c.ID])
}

func renamedSince(live cluster.Live) Freshness {
	return stale("renamed to %q since the plan was made", live.Name)
}

func (r rechecker) create(c Change) Freshness {
	namesakes := r.byName[c.Name]
	switch {
	case len(namesakes) == 0 && !r.listed:
		return stale(notListed)
	case len(namesakes) == 0:
		return Freshness{}
	}
	taken := stale("a cluster of this name now exists: %s", strings.Join(ids(namesakes), ", "))
	live := namesakes[0]
	if len(namesakes) > 1 || live.Problem != "" || c.setsLog() && live.Log.Unknown() != "" {
		return taken
	}
	done, partial, err := c.IsMadeIn(live.Document, live.Log.Config, r.now)
	switch {
	case err != nil:
		return stale("%s", err)
	case done || partial:
		return Freshness{Done: done}
	default:
		return taken
	}
}

func (r rechecker) update(c Change, live cluster.Live) Freshness {
	changed, err := CompareExactly(live.Document, c.Before())
	if err != nil {
		return stale("%s", err)
	}
	missing, err := Compare(live.Document, c.After())
	switch {
	case err != nil:
		return stale("%s", err)
	case len(missing) == 0:
		return Freshness{Done: true}
	case len(changed) > 0:
		return stale("changed since the plan was made: %s", changed)
	case r.isRenamed(c, live):
		return renamedSince(live)
	}
	return r.expectFree(c)
}

// expectFree checks that no other cluster has the new name.
func (r rechecker) expectFree(c Change) Freshness {
	d, ok := c.rename()
	if !ok {
		return Freshness{}
	}
	var name string
	if err := jsonread.Unmarshal(d.After, &name); err != nil {
		return stale("the new name is not a string: %s", err)
	}
	isLeaving := func(id string) bool { return r.renamed[id] != nil }
	if keepers := r.keepers(name, isLeaving); len(keepers) > 0 {
		return stale("a cluster of the new name now exists: %s", strings.Join(keepers, ", "))
	}
	if !r.listed {
		return stale("the new name is " + notListed)
	}
	return Freshness{}
}

func (r rechecker) setLog(c Change, live cluster.Live) Freshness {
	if unknown := live.Log.Unknown(); unknown != "" {
		return Freshness{Stale: unknown}
	}
	wanted, reviewed, err := c.Log()
	switch {
	case err != nil:
		return stale("%s", err)
	case LogIsAsReviewed(live.Log.Config, reviewed, r.now):
		return Freshness{}
	case wanted.IsMetBy(live.Log.Config, r.now):
		return Freshness{Done: true}
	}
	return stale("changed since the plan was made: log configuration: expected %s, found %s", reviewed, live.Log.Config)
}

func (r rechecker) delete(c Change, live cluster.Live) Freshness {
	changed, err := CompareExactly(live.Document, c.DocumentBefore())
	attached := c.AttachedSince(live)
	log, logErr := c.LogSince(live.Log, r.now)
	switch {
	case cmp.Or(err, logErr) != nil:
		return stale("%s", cmp.Or(err, logErr))
	case len(changed) > 0:
		return stale("changed since the plan was made: %s", changed)
	case cmp.Or(attached, log) != "":
		return stale("changed since the plan was made: %s", cmp.Or(attached, log))
	case c.IsPruned() && r.isEmptied:
		return stale("cannot be pruned: " + noneLeft)
	}
	return Freshness{}
}
