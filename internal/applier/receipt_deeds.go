package applier

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// Deeds is what runs did to each cluster, all of their requests taken together:
// by name, then by id.
func Deeds(runs []PastRun) ([]planner.Deed, error) {
	f := folding{known: map[string]*tale{}, unborn: map[string]*tale{}}
	for _, run := range runs {
		for _, r := range run.Requests {
			if err := f.add(r); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", r.Source.File, r.last().Line, err)
			}
		}
	}
	deeds := []planner.Deed{}
	for _, tales := range []map[string]*tale{f.known, f.unborn} {
		for _, t := range tales {
			if d, ok := t.deed(); ok {
				deeds = append(deeds, d)
			}
		}
	}
	slices.SortFunc(deeds, func(a, b planner.Deed) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return deeds, nil
}

// folding lays requests over one another, cluster by cluster.
type folding struct {
	known  map[string]*tale // by id
	unborn map[string]*tale // by name: a creation without an answer
}

// tale is what is known so far of one cluster.
type tale struct {
	id, name string
	source   cluster.Source
	// made and gone are creation and deletion. In doubt is one that may have
	// been done or not.
	made, gone                           bool
	madeInDoubt, goneInDoubt, logInDoubt bool
	fields                               []field
	log                                  *planner.DeedLog
}

// field is one written place of a document; nil is a value that is not there.
type field struct {
	path          string
	before, after json.RawMessage
	inDoubt       bool
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
func (f folding) add(r Request) error {
	if r.Method == http.MethodPost {
		return f.addPost(r)
	}
	if r.id() == "" {
		return fmt.Errorf("%s of a cluster without an id", r.Method)
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
		t = &tale{id: r.id()}
		tales[key] = t
	}
	t.name, t.source = r.Change.Name, r.last()
	return t
}

func (f folding) addPost(r Request) error {
	if !r.isSettled() {
		t := f.of(r)
		t.made, t.madeInDoubt = true, true
		return t.doubt(r)
	}
	if r.Outcome.After == nil {
		return nil
	}
	// Its name was looked up before, and nobody had it.
	delete(f.unborn, r.Change.Name)
	t := f.of(r)
	t.made = true
	return t.found(r)
}

func (t *tale) addPatch(r Request) error {
	if !r.isSettled() {
		return t.doubt(r)
	}
	t.seenAlive()
	return t.found(r)
}

func (t *tale) addPut(r Request) error {
	if !r.isSettled() {
		log, err := wantedLogOf(r)
		if err != nil {
			return err
		}
		t.layLog(log, true)
		return nil
	}
	t.seenAlive()
	log := planner.DeedLog{Before: r.Outcome.Before.Log, After: r.Outcome.After.Log}
	if !sameLog(log.Before, log.After) {
		t.layLog(log, false)
	}
	return nil
}

// layLog lays a log configuration over the one before.
func (t *tale) layLog(log planner.DeedLog, inDoubt bool) {
	if t.log != nil {
		log.Before = t.log.Before
	}
	t.log, t.logInDoubt = &log, inDoubt
}

// wantedLogOf is what a PUT was to do.
func wantedLogOf(r Request) (planner.DeedLog, error) {
	wanted, err := planner.Request{Body: r.Body}.LogBody()
	if err != nil {
		return planner.DeedLog{}, err
	}
	config := wanted.Config()
	if r.Change.Action == planner.Create { // a new cluster has none
		return planner.DeedLog{After: &config}, nil
	}
	before, err := planner.Change{Diff: r.Change.Diff}.ReviewedLog(wanted)
	return planner.DeedLog{Before: before, After: &config}, err
}

func (f folding) addDelete(t *tale, r Request) {
	switch {
	case !r.isSettled():
		t.gone, t.goneInDoubt = true, true
	case r.Outcome.After != nil: // refused, or in vain
	case t.made:
		delete(f.known, t.id)
	default:
		*t = tale{id: t.id, name: t.name, source: t.source, gone: true}
	}
}

// seenAlive ends the doubts about a cluster that took a write.
func (t *tale) seenAlive() { t.madeInDoubt, t.gone, t.goneInDoubt = false, false, false }

// found lays the fields of a settled request over those before.
func (t *tale) found(r Request) error {
	var before map[string]json.RawMessage
	if r.Outcome.Before != nil {
		before = r.Outcome.Before.Fields
	}
	after := r.Outcome.After.Fields
	paths := slices.AppendSeq(slices.Collect(maps.Keys(before)), maps.Keys(after))
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		if sameValue(before[path], after[path]) {
			continue
		}
		if err := t.lay(field{path: path, before: before[path], after: after[path]}); err != nil {
			return err
		}
	}
	return nil
}

// doubt lays the fields over those before that a request may have written.
func (t *tale) doubt(r Request) error {
	for _, d := range wantedOf(r) {
		if err := t.lay(field{path: d.Path, before: d.Before, after: d.After, inDoubt: true}); err != nil {
			return err
		}
	}
	return nil
}

// wantedOf is the part of a change's diff that one request of it writes. The
// creation of a cluster takes two for its document.
func wantedOf(r Request) []planner.FieldDiff {
	change := planner.Change{Diff: r.Change.Diff}
	posted, document := pathsOf(change.PostedAfter()), pathsOf(change.DocumentAfter())
	var wanted []planner.FieldDiff
	for _, d := range r.Change.Diff {
		isPosted := slices.Contains(posted, d.Path)
		switch {
		case !slices.Contains(document, d.Path):
		case r.Change.Action == planner.Create && isPosted != (r.Method == http.MethodPost):
		default:
			wanted = append(wanted, d)
		}
	}
	return wanted
}

// lay lays one field over those before: beneath a whole object that was written
// it changes that object, and a whole object takes in what was written beneath.
func (t *tale) lay(f field) (err error) {
	for i := range t.fields {
		above := &t.fields[i]
		switch rest, ok := strings.CutPrefix(f.path, above.path); {
		case !ok || rest != "" && rest[0] != '/':
			continue
		case rest == "":
			above.after, above.inDoubt = f.after, f.inDoubt
		default: // a doubt about the whole object stays one
			above.after, err = with(above.after, rest, f.after)
			above.inDoubt = above.inDoubt || f.inDoubt
		}
		return err
	}
	for _, beneath := range t.fields {
		if rest, ok := strings.CutPrefix(beneath.path, f.path+"/"); ok {
			if f.before, err = with(f.before, "/"+rest, beneath.before); err != nil {
				return err
			}
		}
	}
	t.fields = slices.DeleteFunc(t.fields, func(beneath field) bool { return strings.HasPrefix(beneath.path, f.path+"/") })
	t.fields = append(t.fields, f)
	return nil
}

// with is an object with a member, at any depth, as it is to be. An object that
// is not there is made where the member needs it.
func with(object json.RawMessage, path string, member json.RawMessage) (json.RawMessage, error) {
	const at = "/v"
	doc := json.RawMessage(`{}`)
	fields := []jsonpatch.Field{{Path: at + path, Value: member}}
	if object != nil {
		fields = slices.Insert(fields, 0, jsonpatch.Field{Path: at, Value: object})
	}
	doc, err := jsonpatch.Overlay(doc, fields)
	if err != nil {
		return nil, err
	}
	value, _, err := jsonpatch.Lookup(doc, at)
	return value, err
}

// deed is what the tale comes to, if to anything.
func (t *tale) deed() (planner.Deed, bool) {
	d := planner.Deed{
		ID: t.id, Name: t.name, Source: t.source, Created: t.made, Deleted: t.gone,
		Unsettled: t.madeInDoubt || t.goneInDoubt || t.logInDoubt,
		Diff:      []planner.FieldDiff{},
	}
	for _, f := range t.fields {
		if t.made { // what a new cluster had in between, nobody had before
			f.before = nil
		}
		if sameValue(f.before, f.after) && !f.inDoubt {
			continue
		}
		d.Unsettled = d.Unsettled || f.inDoubt
		d.Diff = append(d.Diff, planner.FieldDiff{Path: f.path, Before: f.before, After: f.after})
	}
	slices.SortFunc(d.Diff, func(a, b planner.FieldDiff) int { return cmp.Compare(a.Path, b.Path) })
	if t.log != nil && (t.logInDoubt || !sameLog(t.log.Before, t.log.After)) {
		d.Log = t.log
	}
	return d, d.Created || d.Deleted || len(d.Diff) > 0 || d.Log != nil
}
