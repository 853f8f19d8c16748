package receipt

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"clusterctl/internal/planner"
)

// Effects is what runs did to each cluster, all of their requests taken together:
// by name, then by id.
func Effects(runs []Run) ([]Effect, error) {
	f := folding{known: map[string]*tale{}, unborn: map[string]*tale{}}
	for _, run := range runs {
		for _, r := range run.Requests {
			if err := f.add(r); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", r.Source.File, r.last().Line, err)
			}
		}
	}
	effects := []Effect{}
	for _, tales := range []map[string]*tale{f.known, f.unborn} {
		for _, t := range tales {
			if d, ok := t.effect(); ok {
				effects = append(effects, d)
			}
		}
	}
	slices.SortFunc(effects, func(a, b Effect) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return effects, nil
}

// folding lays requests over one another, cluster by cluster.
type folding struct {
	known  map[string]*tale // by id
	unborn map[string]*tale // by name: a creation without an answer
}

// add lays one request over those before it.
//
//	             settled                        in doubt
//	------  -----------------------------  ---------------------------------
//	POST    made, unless nothing was;      may have been made: by its id
//	        ends a doubt about its name    where there is one, else its name
//	PATCH   its fields, as found           its fields, as they were wanted
//	PUT     the log configuration          the same, as it was wanted
//	DELETE  gone, unless it is there; one  may be gone
//	        made by these runs never was
//
// A cluster that a POST without an answer was taken to have made is adopted.
func (f folding) add(r Request) error {
	if r.Method == http.MethodPost {
		return f.addPost(r)
	}
	t := f.of(r)
	switch r.Method {
	case http.MethodPatch:
		return t.addPatch(r)
	case http.MethodPut:
		return t.addPut(r)
	case http.MethodDelete:
		f.addDelete(t, r)
		return nil
	default:
		return fmt.Errorf("a %s, of which this program knows no deed", r.Method)
	}
}

// of is the tale of the cluster that a request is about.
func (f folding) of(r Request) *tale {
	tales, key := f.known, r.id()
	if key == "" {
		tales, key = f.unborn, r.Change.Name
	}
	t := tales[key]
	if t == nil {
		t = f.born(r)
		tales[key] = t
	}
	t.name, t.source = r.Change.Name, r.last()
	return t
}

// born begins the tale of a cluster. One that a creation goes on with, and that
// was last tried without an answer, was found by its name.
func (f folding) born(r Request) *tale {
	t := f.unborn[r.Change.Name]
	if t == nil || r.Change.Action != planner.Create || r.Method == http.MethodPost {
		return &tale{id: r.id()}
	}
	delete(f.unborn, r.Change.Name)
	t.id, t.adopted = r.id(), true
	return t
}

func (f folding) addPost(r Request) error {
	if !r.isSettled() {
		t := f.of(r)
		t.made, t.madeInDoubt, t.adopted = true, true, r.isAdopted()
		return t.doubt(r)
	}
	if r.Outcome.After == nil {
		return nil
	}
	// Its name was looked up before, and nobody had it.
	delete(f.unborn, r.Change.Name)
	t := f.of(r)
	t.made, t.adopted, t.whole = true, r.isAdopted(), r.Outcome.Whole
	return t.found(r)
}

func (f folding) addDelete(t *tale, r Request) {
	switch {
	case !r.isSettled():
		t.gone, t.goneInDoubt = true, true
	case r.Outcome.After != nil: // refused, or in vain
	case t.made && !t.adopted:
		delete(f.known, t.id)
	default:
		*t = tale{id: t.id, name: t.name, source: t.source, gone: true}
	}
}
