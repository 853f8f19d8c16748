package planner

import (
	"encoding/json"
	"fmt"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// renaming is an update that gives a cluster another name.
type renaming struct {
	index    int // of the change
	id       string
	from, to string
}

// renamings are those of some changes, in their order.
func renamings(changes []Change) []renaming {
	var found []renaming
	for i, c := range changes {
		d, ok := c.rename()
		r := renaming{index: i, id: c.ID}
		if ok && json.Unmarshal(d.Before, &r.from) == nil && json.Unmarshal(d.After, &r.to) == nil {
			found = append(found, r)
		}
	}
	return found
}

// NewName returns the name that an update gives the cluster, and false if it gives
// none.
func (c Change) NewName() (name string, renames bool) {
	d, renames := c.rename()
	renames = renames && json.Unmarshal(d.After, &name) == nil
	return name, renames
}

// blockTakenNames blocks the updates that would give a cluster the name that
// another one keeps: one that no update of the plan gives another name. What is
// blocked keeps its name, so that others may be blocked in turn. It returns the
// ids of the clusters that are blocked.
func (b *builder) blockTakenNames() map[string]bool {
	blocked := map[string]bool{}
	for {
		taken := b.takenNames()
		if len(taken) == 0 {
			return blocked
		}
		b.changes = slices.DeleteFunc(b.changes, func(c Change) bool {
			message, isTaken := taken[c.ID]
			if !isTaken || c.Action != Update {
				return false
			}
			blocked[c.ID] = true
			b.findings = append(b.findings, Finding{Kind: Blocked, Name: c.Name, ID: c.ID, Source: c.Source, Message: message})
			return true
		})
	}
}

// takenNames says, by id, which clusters cannot have their new names and why:
// another cluster keeps it, or it is not a string.
func (b *builder) takenNames() map[string]string {
	taken := map[string]string{}
	for _, c := range b.changes {
		if d, ok := c.rename(); ok {
			taken[c.ID] = fmt.Sprintf("its new name cannot be read: %s", shown(d.After))
		}
	}
	renamed := map[string]bool{}
	for _, r := range renamings(b.changes) {
		delete(taken, r.id)
		renamed[r.id] = true
	}
	for _, r := range renamings(b.changes) {
		if keeper := keeperOf(r.to, b.clusters, renamed); keeper != "" {
			taken[r.id] = fmt.Sprintf("it is named %q, and its new name is that of %s already", r.from, keeper)
		}
	}
	return taken
}

// keeperOf is the id of a cluster that has a name and is given no other one; it
// is empty if there is none.
func keeperOf(name string, clusters []cluster.Live, renamed map[string]bool) string {
	var keepers []*cluster.Live
	for i := range clusters {
		if live := &clusters[i]; live.Name == name && !renamed[live.ID] {
			keepers = append(keepers, live)
		}
	}
	if len(keepers) == 0 {
		return ""
	}
	return ids(keepers)[0]
}

// Step is a change as it is applied, or the part of one that is.
type Step struct {
	// Index is the place of the change among those that were ordered.
	Index  int
	Change Change
	// After are the places of the changes that give up the name which the step
	// takes.
	After []int
	// IsPart reports whether another step of the same change is still to come.
	IsPart bool
}

// Waves orders changes so that a cluster that gives up a name goes before the
// one that takes it. Steps of one wave do not depend on one another. Where
// clusters swap names, one of them goes through a temporary name first.
func Waves(changes []Change) [][]Step { return inOrderOfNames(changes).waves }

func inOrderOfNames(changes []Change) *order {
	o := newOrder(changes)
	for len(o.waiting) > 0 {
		if wave := o.ready(); len(wave) > 0 {
			o.add(wave)
		} else {
			o.detour()
		}
	}
	return o
}

// order is the state in which Waves puts changes into order.
type order struct {
	changes []Change
	byIndex map[int]renaming
	// waiting are the places of the changes that are in no wave yet, in order.
	waiting []int
	// holders are the places of the renamings that have not given up a name yet.
	holders map[string][]int
	// givers are all that give up a name.
	givers map[string][]int
	via    map[int]string // the temporary names, by place
	waves  [][]Step
}

func newOrder(changes []Change) *order {
	o := &order{
		changes: changes, byIndex: map[int]renaming{}, holders: map[string][]int{}, givers: map[string][]int{}, via: map[int]string{},
	}
	for i := range changes {
		o.waiting = append(o.waiting, i)
	}
	for _, r := range renamings(changes) {
		o.byIndex[r.index] = r
		o.holders[r.from] = append(o.holders[r.from], r.index)
		o.givers[r.from] = append(o.givers[r.from], r.index)
	}
	return o
}

// ready are the steps that wait for no name.
func (o *order) ready() []Step {
	var wave []Step
	for _, i := range o.waiting {
		if r, renames := o.byIndex[i]; renames && len(o.holders[r.to]) > 0 {
			continue
		}
		wave = append(wave, o.last(i))
	}
	return wave
}

// last is the step that completes a change.
func (o *order) last(i int) Step {
	step := Step{Index: i, Change: o.changes[i]}
	if r, renames := o.byIndex[i]; renames {
		step.After = o.givers[r.to]
	}
	if name, ok := o.via[i]; ok {
		step.Change = o.changes[i].fromTemporary(name)
	}
	return step
}

// add appends a wave. Its clusters give up their names.
func (o *order) add(wave []Step) {
	o.waves = append(o.waves, wave)
	for _, step := range wave {
		o.waiting = slices.DeleteFunc(o.waiting, func(i int) bool { return i == step.Index && !step.IsPart })
		o.giveUp(step.Index)
	}
}

func (o *order) giveUp(i int) {
	from := o.byIndex[i].from
	o.holders[from] = slices.DeleteFunc(o.holders[from], func(j int) bool { return j == i })
}

// detour gives one cluster of a swap a temporary name, in a wave of its own: the
// first of the changes that wait for one another in a circle.
func (o *order) detour() {
	circle := o.circle()
	i := slices.Min(circle)
	o.via[i] = o.byIndex[i].temporaryName()
	o.add([]Step{{Index: i, Change: o.changes[i].toTemporary(o.via[i]), IsPart: true}})
}

// circle finds changes that wait for one another. There are some, since each one
// that is left waits for another.
func (o *order) circle() []int {
	var path []int
	for i := o.waiting[0]; ; i = o.holders[o.byIndex[i].to][0] {
		if begin := slices.Index(path, i); begin >= 0 {
			return path[begin:]
		}
		path = append(path, i)
	}
}

// temporaryName begins with the name before, so that a scope goes on to own the
// cluster if a run is cut off in between, and holds the id, so that no other
// cluster has it.
func (r renaming) temporaryName() string { return r.from + "-renaming-" + r.id }

// toTemporary is the part of an update that gives a cluster its temporary name.
func (c Change) toTemporary(name string) Change {
	d, _ := c.rename()
	c.Diff = []FieldDiff{{Path: d.Path, Before: d.Before, After: jsonpatch.Quote(name)}}
	c.Requests = c.Requests[:min(1, len(c.Requests))]
	return c
}

// fromTemporary is the rest of an update, as seen from the temporary name.
func (c Change) fromTemporary(name string) Change {
	c.Diff = slices.Clone(c.Diff)
	for i := range c.Diff {
		if c.Diff[i].Path == "/name" {
			c.Diff[i].Before = jsonpatch.Quote(name)
		}
	}
	c.Requests = c.Requests[min(1, len(c.Requests)):]
	return c
}

// detour plans the way of each cluster that goes through a temporary name: a
// request for that name, and the rest as seen from there.
func (b *builder) detour() error {
	for i, name := range inOrderOfNames(b.changes).via {
		c := &b.changes[i]
		there, err := c.toTemporary(name).patchRequest(nil)
		if err != nil {
			return err
		}
		tested, err := c.Requests[0].tested()
		if err != nil {
			return err
		}
		onward, err := c.fromTemporary(name).patchRequest(tested)
		if err != nil {
			return err
		}
		c.Requests = []Request{there, onward}
	}
	return nil
}
