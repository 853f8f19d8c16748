package planner

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// Standing is how a change of a saved plan stands against the tenant as it is
// now. With neither, the tenant is as it was when the plan was made.
type Standing struct {
	// Done is a change that is in force already.
	Done bool
	// Stale says what is no longer as it was reviewed.
	Stale string
}

// RecheckInput is what the changes of a saved plan are held against.
type RecheckInput struct {
	// Snapshot has to hold what Plan.Reads asks for.
	Snapshot cluster.Snapshot
	// TrustListing takes a listing that is not verified to be complete.
	TrustListing bool
	Now          time.Time
}

// Recheck holds a saved plan against the tenant as it is now, change by change. A
// cluster of which something cannot be read makes its own changes stale, and no
// others.
//
//	change   live now                                 stands
//	-------  ---------------------------------------  ------------------
//	create   no cluster of its name                   to be made
//	         none, and the listing is not verified    stale: not verified
//	         one, and it is as the change wants it    done
//	         one as POST makes it, and no more        to be made, but for that
//	         any other                                stale: come since
//	update   every field as reviewed                  to be made
//	         every field as wanted                    done
//	         anything else, or renamed                stale: changed since
//	         gone                                     stale: gone since
//	         its new name is taken                    stale: taken since
//	set-log  as reviewed, or none in force any more   to be made
//	         as wanted                                done
//	         anything else, or renamed                stale: changed since
//	         gone                                     stale: gone since
//	         not known                                stale: not known
//	delete   name, what is attached to it, and the
//	         fields that were shown, as reviewed      to be made
//	         gone                                     done
//	         anything else                            stale: changed since
//	         pruned, and no other cluster would stay  stale: the last one
//	         any, and the listing is not verified     stale: not verified
//	any      with a problem, or unreadable            stale: the problem
func (p Plan) Recheck(in RecheckInput) []Standing {
	clusters := withProblems(in.Snapshot.Clusters)
	r := rechecker{
		matcher:     newMatcher(clusters),
		now:         in.Now,
		listed:      in.Snapshot.Proof.Verified || in.TrustListing,
		renamed:     p.renamed(),
		leavesNone:  leavesNone(p.Changes, clusters),
		byNameAlone: p.onlyName() != "",
	}
	standings := make([]Standing, 0, len(p.Changes))
	for _, c := range p.Changes {
		s, err := r.recheck(c)
		if err != nil {
			s = Standing{Stale: err.Error()}
		}
		standings = append(standings, s)
	}
	return standings
}

// renamed are the names, by id, of the clusters that the plan gives another one.
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
	matcher
	now time.Time
	// listed says that a cluster which is not in the snapshot does not exist.
	listed     bool
	renamed    map[string]json.RawMessage
	leavesNone bool
	// byNameAlone is a snapshot that holds one name alone.
	byNameAlone bool
}

func (r rechecker) recheck(c Change) (Standing, error) {
	live := r.byID[c.ID]
	switch {
	case c.Action == Create:
		return r.create(c)
	case c.Action == Delete && !r.listed:
		return Standing{Stale: notListed}, nil
	case live == nil:
		return r.missing(c), nil
	case live.Problem != "":
		return Standing{Stale: live.Problem}, nil
	case c.Action == Update:
		return r.update(c, *live)
	case r.isRenamed(c, *live):
		return Standing{Stale: fmt.Sprintf("renamed since, to %q", live.Name)}, nil
	case c.Action == SetLog:
		return r.setLog(c, *live)
	default:
		return r.delete(c, *live)
	}
}

// missing is how the change of a cluster stands that was not found.
func (r rechecker) missing(c Change) Standing {
	switch {
	case c.Action == Delete:
		return Standing{Done: true}
	case !r.listed:
		return Standing{Stale: "not found, and " + notListed}
	case r.byNameAlone:
		return Standing{Stale: "gone since, or renamed"}
	default:
		return Standing{Stale: "gone since"}
	}
}

// isRenamed reports whether a cluster has a name that the plan knows nothing of.
func (r rechecker) isRenamed(c Change, live cluster.Live) bool {
	return live.Name != c.Name && !jsonpatch.Equal(jsonpatch.Quote(live.Name), r.renamed[c.ID])
}

func (r rechecker) create(c Change) (Standing, error) {
	namesakes := r.byName[c.Name]
	switch {
	case len(namesakes) == 0 && !r.listed:
		return Standing{Stale: notListed}, nil
	case len(namesakes) == 0:
		return Standing{}, nil
	}
	come := Standing{Stale: "a cluster of this name has come since: " + strings.Join(ids(namesakes), ", ")}
	if len(namesakes) > 1 || namesakes[0].Problem != "" || r.isLogUnknown(c, *namesakes[0]) {
		return come, nil
	}
	document, log := namesakes[0].Document, namesakes[0].Log.Config
	done, err := c.IsMetBy(document, log, r.now)
	if err != nil || done {
		return Standing{Done: done}, err
	}
	if begun, err := c.IsBegun(document, log, r.now); err != nil || begun {
		return Standing{}, err
	}
	return come, nil
}

// isLogUnknown reports whether a change is about a log configuration that cannot
// be compared.
func (r rechecker) isLogUnknown(c Change, live cluster.Live) bool {
	_, ok := c.LogRequest()
	return ok && live.Log.Unknown() != ""
}

// IsBegun reports whether a cluster is one that the change's POST made and that
// nothing was done to since, as a run leaves it that was cut off: what is still
// missing can be added without writing over anything.
func (c Change) IsBegun(document []byte, log *cluster.LiveLogConfig, now time.Time) (bool, error) {
	if len(c.Requests) < 2 || log.InForce(now) {
		return false, nil
	}
	if missing, err := Compare(document, c.PostedAfter()); err != nil || len(missing) > 0 {
		return false, err
	}
	missing, err := Compare(document, c.DocumentAfter())
	isTaken := func(m Mismatch) bool { return !cluster.IsUnset(m.Path, m.Found) }
	return err == nil && !slices.ContainsFunc(missing, isTaken), err
}

// IsMetBy reports whether a cluster is as the change wants it, its log
// configuration included where the change sets one.
func (c Change) IsMetBy(document []byte, log *cluster.LiveLogConfig, now time.Time) (bool, error) {
	missing, err := Compare(document, c.DocumentAfter())
	if err != nil || len(missing) > 0 {
		return false, err
	}
	request, ok := c.LogRequest()
	if !ok {
		return true, nil
	}
	wanted, err := request.LogBody()
	return err == nil && wanted.IsMetBy(log, now), err
}

func (r rechecker) update(c Change, live cluster.Live) (Standing, error) {
	changed, err := CompareExactly(live.Document, c.Before())
	if err != nil {
		return Standing{}, err
	}
	missing, err := Compare(live.Document, c.After())
	switch {
	case err != nil:
		return Standing{}, err
	case len(missing) == 0:
		return Standing{Done: true}, nil
	case len(changed) > 0:
		return Standing{Stale: "changed since: " + changed.String()}, nil
	case r.isRenamed(c, live):
		return Standing{Stale: fmt.Sprintf("renamed since, to %q", live.Name)}, nil
	}
	return r.expectFree(c)
}

// expectFree looks whether the name that a cluster is to have is free.
func (r rechecker) expectFree(c Change) (Standing, error) {
	d, ok := c.rename()
	if !ok {
		return Standing{}, nil
	}
	var name string
	if err := json.Unmarshal(d.After, &name); err != nil {
		return Standing{}, fmt.Errorf("its new name: %w", err)
	}
	isLeaving := func(l *cluster.Live) bool { return r.renamed[l.ID] != nil }
	if keepers := slices.DeleteFunc(slices.Clone(r.byName[name]), isLeaving); len(keepers) > 0 {
		return Standing{Stale: "its new name has been taken since, by " + strings.Join(ids(keepers), ", ")}, nil
	}
	return Standing{}, nil
}

func (r rechecker) setLog(c Change, live cluster.Live) (Standing, error) {
	if unknown := live.Log.Unknown(); unknown != "" {
		return Standing{Stale: unknown}, nil
	}
	wanted, err := c.Requests[0].LogBody()
	if err != nil {
		return Standing{}, err
	}
	reviewed, err := c.ReviewedLog(wanted)
	switch {
	case err != nil:
		return Standing{}, err
	case LogIsAsReviewed(live.Log.Config, reviewed, r.now):
		return Standing{}, nil
	case wanted.IsMetBy(live.Log.Config, r.now):
		return Standing{Done: true}, nil
	}
	return Standing{Stale: fmt.Sprintf("log configuration changed since: expected %s, found %s", reviewed, live.Log.Config)}, nil
}

func (r rechecker) delete(c Change, live cluster.Live) (Standing, error) {
	changed, err := CompareExactly(live.Document, c.Before())
	attached := c.AttachedSince(live)
	switch {
	case err != nil:
		return Standing{}, err
	case len(changed) > 0:
		return Standing{Stale: "changed since: " + changed.String()}, nil
	case attached != "":
		return Standing{Stale: "changed since: " + attached}, nil
	case c.IsPruned() && r.leavesNone:
		return Standing{Stale: "it is the last cluster of the tenant now, which prune never deletes"}, nil
	}
	return Standing{}, nil
}
