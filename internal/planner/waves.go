package planner

import (
	"slices"

	"clusterctl/internal/jsonpatch"
)

// Step is a change to apply, or one of its parts.
type Step struct {
	// Index is the position of the change in the ordered changes.
	Index  int
	Change Change
	// After holds the positions of the changes that free the name that the step takes.
	After []int
	// IsPart reports whether another step of the same change follows.
	IsPart bool
}

// Waves orders changes so that a cluster gives up a name before another one takes it.
// Steps of one wave are independent. If clusters swap names, one of them is given a
// temporary name first.
func Waves(changes []Change) [][]Step { return orderOf(changes).waves }

// order is the state while changes are put into waves. Maps have the position of a change
// as their key.
type order struct {
	changes   []Change
	renamings map[int]renaming // of the changes that rename
	givers    map[string][]int // the changes that give up a name, by that name
	given     map[int]bool     // those that are in a wave
	waiting   []int            // the positions of incomplete changes, in order
	via       map[int]string   // temporary names
	waves     [][]Step
}

func orderOf(changes []Change) *order {
	o := &order{changes: changes, renamings: map[int]renaming{}, givers: map[string][]int{}, given: map[int]bool{}, via: map[int]string{}}
	for i := range changes {
		o.waiting = append(o.waiting, i)
	}
	for _, r := range renamings(changes) {
		o.renamings[r.index] = r
		o.givers[r.from] = append(o.givers[r.from], r.index)
	}
	for len(o.waiting) > 0 {
		if wave := o.ready(); len(wave) > 0 {
			o.add(wave)
		} else {
			o.detour()
		}
	}
	return o
}

// ready returns the steps that wait for no name.
func (o *order) ready() []Step {
	var wave []Step
	for _, i := range o.waiting {
		if len(o.holders(i)) == 0 {
			wave = append(wave, o.last(i))
		}
	}
	return wave
}

// holders returns the positions of the changes that still have to free the name that a
// change takes.
func (o *order) holders(i int) []int {
	r, renames := o.renamings[i]
	if !renames {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(o.givers[r.to]), func(j int) bool { return o.given[j] })
}

// last returns the step that completes a change.
func (o *order) last(i int) Step {
	step := Step{Index: i, Change: o.changes[i]}
	if r, renames := o.renamings[i]; renames {
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
	complete := map[int]bool{}
	for _, step := range wave {
		o.given[step.Index] = true
		complete[step.Index] = !step.IsPart
	}
	o.waiting = slices.DeleteFunc(o.waiting, func(i int) bool { return complete[i] })
}

// detour gives one cluster of a swap a temporary name, in a wave of its own: that of the
// first change in the circle.
func (o *order) detour() {
	i := slices.Min(o.circle())
	o.via[i] = o.renamings[i].temporaryName()
	o.add([]Step{{Index: i, Change: o.changes[i].toTemporary(o.via[i]), IsPart: true}})
}

// circle returns changes that wait for one another. There are some, since every remaining
// change waits for another.
func (o *order) circle() []int {
	var path []int
	for i := o.waiting[0]; ; i = o.holders(i)[0] {
		if begin := slices.Index(path, i); begin >= 0 {
			return path[begin:]
		}
		path = append(path, i)
	}
}

// toTemporary returns the part of an update that sets the temporary name.
func (c Change) toTemporary(name string) Change {
	d, _ := c.rename()
	c.Diff = []jsonpatch.Edit{{Path: d.Path, Before: d.Before, After: jsonpatch.Quote(name)}}
	c.Requests = c.Requests[:min(1, len(c.Requests))]
	return c
}

// fromTemporary returns the rest of an update, starting from the temporary name.
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

// planDetours plans two requests for each cluster with a temporary name: one that sets
// it, and one for the rest of the update.
func (b *builder) planDetours() error {
	for i, name := range orderOf(b.changes).via {
		c := &b.changes[i]
		tested, err := c.Requests[0].tested()
		if err != nil {
			return err
		}
		there, onward := c.toTemporary(name).guarded(nil), c.fromTemporary(name).guarded(tested)
		if c.Requests, err = requestsOf(patchDraft(c.ID, there), patchDraft(c.ID, onward)); err != nil {
			return err
		}
	}
	return nil
}
