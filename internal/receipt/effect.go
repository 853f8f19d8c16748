package receipt

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// Effect is what one or more runs of apply did to one cluster: its state before the first run and
// after the last.
type Effect struct {
	// ID is empty for a cluster whose creation got no response.
	ID   string
	Name string
	// Source is the receipt's last line about the cluster.
	Source cluster.Source
	// Created and Deleted report whether the runs created or deleted the cluster.
	Created bool
	Deleted bool
	// Adopted marks a cluster that was found by name after a create without a response: someone
	// else may have created it.
	Adopted bool
	// Whole means that Diff has all open fields of a created cluster: anything else in them was
	// added later. A Before, if set, is then what someone else wrote between two runs.
	Whole bool
	// Unknown marks an effect with an unknown outcome: the receipt ends within a request, or
	// states that an outcome is unknown.
	Unknown bool
	// Diff are the written fields of the document, by path. After is what was found in effect. It is
	// what was wanted if the outcome is unknown, or if something else was found.
	Diff []jsonpatch.Edit
	// Log is nil if the log configuration was not set.
	Log *LogEffect
}

// LogEffect is a log configuration before and after; nil is none in effect.
type LogEffect struct {
	Before *cluster.LiveLogConfig
	After  *cluster.LiveLogConfig
}

// Effects returns the effects of runs on each cluster, in the order of Effect.Compare.
func Effects(runs []Run) ([]Effect, error) {
	all := histories{known: map[string]*history{}, unanswered: map[string]*history{}}
	for _, run := range runs {
		for _, r := range run.Requests {
			if err := all.add(r); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", r.Source.File, r.last().Line, err)
			}
		}
	}
	effects := []Effect{}
	for _, h := range slices.AppendSeq(slices.Collect(maps.Values(all.known)), maps.Values(all.unanswered)) {
		if e, ok := h.effect(); ok {
			effects = append(effects, e)
		}
	}
	slices.SortFunc(effects, Effect.Compare)
	return effects, nil
}

// Compare orders effects by name, then by id.
func (e Effect) Compare(other Effect) int {
	return cmp.Or(cmp.Compare(e.Name, other.Name), cmp.Compare(e.ID, other.ID))
}

// histories are the histories of all clusters.
type histories struct {
	known      map[string]*history // by id
	unanswered map[string]*history // by name: a create without a response
}

// add adds a request to the history of its cluster.
//
//	        outcome known                    outcome in doubt
//	------  -------------------------------  ------------------------------------
//	POST    created, unless it did nothing;  may have been created: by id
//	        ends a doubt about its name      if there is one, otherwise by name
//	PATCH   the fields found                 the fields wanted
//	PUT     the log configuration found      the log configuration wanted
//	DELETE  deleted, unless it still exists; may have been deleted
//	        no effect if these runs
//	        created the cluster
//
// A cluster that was taken for the result of a POST without a response is adopted.
func (all histories) add(r Request) error {
	switch r.Method {
	case http.MethodPost:
		return all.addPost(r)
	case http.MethodPatch:
		return all.of(r).addPatch(r)
	case http.MethodPut:
		return all.of(r).addPut(r)
	case http.MethodDelete:
		all.addDelete(r)
		return nil
	default:
		return fmt.Errorf("unsupported method %s", r.Method)
	}
}

// of returns the history of the cluster that a request concerns. If a create continues with an id
// after a POST without a response, the cluster was found by its name.
func (all histories) of(r Request) *history {
	id, name := r.id(), r.Change.Name
	h, unanswered := all.known[id], all.unanswered[name]
	switch {
	case id == "":
		if h = unanswered; h == nil {
			h = &history{}
			all.unanswered[name] = h
		}
	case h != nil:
	case unanswered != nil && r.Change.Action == planner.Create && r.Method != http.MethodPost:
		delete(all.unanswered, name)
		h = unanswered
		h.ID, h.Adopted = id, true
	default:
		h = &history{Effect: Effect{ID: id}}
	}
	if id != "" {
		all.known[id] = h
	}
	h.Name, h.Source = name, r.last()
	return h
}

func (all histories) addPost(r Request) error {
	if !r.isSettled() {
		h := all.of(r)
		h.Created, h.createdInDoubt, h.Adopted = true, true, r.isAdopted()
		return h.doubt(r)
	}
	if r.Outcome.After == nil {
		return nil
	}
	// Its name was looked up before, and no cluster had it.
	delete(all.unanswered, r.Change.Name)
	h := all.of(r)
	h.Created, h.Adopted, h.Whole = true, r.isAdopted(), r.Outcome.Whole
	return h.found(r, anyField)
}

func (all histories) addDelete(r Request) {
	h := all.of(r)
	switch {
	case !r.isSettled():
		h.Deleted, h.deletedInDoubt = true, true
	case r.Outcome.After != nil: // refused, or without effect
	case h.Created && !h.Adopted:
		delete(all.known, h.ID)
	default:
		*h = history{Effect: Effect{ID: h.ID, Name: h.Name, Source: h.Source, Deleted: true}}
	}
}
