package applier

import (
	"cmp"
	"slices"
	"sync"

	"clusterctl/internal/cluster"
	"clusterctl/internal/crash"
)

// lookups lets the creates of a batch look up names together, with one listing for all of them. A
// look-up starts once every member of the batch has asked or ended, so it is newer than each
// question, and the run does not change the listing while it reads it.
//
// A member works in a slot; there are as many slots as the parallelism allows. It leaves its slot
// while it waits for a look-up or rests, and gets another in the order of the plan.
type lookups struct {
	find func(names []string) (cluster.Found, error)

	mu        sync.Mutex
	slots     int // those that are free
	waiting   []*member
	asking    []*member
	undecided int // members that have neither asked nor ended
}

// member is a job of a batch.
type member struct {
	batch *lookups
	place int
	slot  chan struct{} // receives an element once the member may work
	name  string        // the name to look up
	found cluster.Found
	err   error
}

// newBatch returns the members of a new batch, which wait for slots.
func newBatch(size, slots int, find func(names []string) (cluster.Found, error)) []*member {
	l := &lookups{find: find, slots: slots, undecided: size}
	members := make([]*member, size)
	for i := range members {
		members[i] = &member{batch: l, place: i, slot: make(chan struct{}, 1)}
	}
	l.admit(members...)
	return members
}

// admit gives members slots as they become free.
func (l *lookups) admit(members ...*member) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, members...)
	slices.SortFunc(l.waiting, byPlace)
	l.fillSlots()
}

func byPlace(a, b *member) int { return cmp.Compare(a.place, b.place) }

func (l *lookups) fillSlots() {
	n := min(l.slots, len(l.waiting))
	for _, m := range l.waiting[:n] {
		m.slot <- struct{}{}
	}
	l.waiting, l.slots = slices.Delete(l.waiting, 0, n), l.slots-n
}

// begin waits for a slot.
func (m *member) begin() { <-m.slot }

// rest leaves the slot while a pause lasts.
func (m *member) rest(pause func() error) error {
	m.batch.mu.Lock()
	m.batch.slots++
	m.batch.fillSlots()
	m.batch.mu.Unlock()
	err := pause()
	m.batch.admit(m)
	m.begin()
	return err
}

// ask looks up the clusters of a name, together with the other members.
func (m *member) ask(name string) (cluster.Found, error) {
	m.name = name
	m.batch.leave(m)
	m.begin()
	return m.found, m.err
}

// end leaves the slot for good.
func (m *member) end() { m.batch.leave() }

// leave frees the slot of a member that asks or has ended. The last one starts the look-up.
func (l *lookups) leave(asking ...*member) {
	l.mu.Lock()
	l.slots++
	l.fillSlots()
	l.asking = append(l.asking, asking...)
	l.undecided--
	var askers []*member
	if l.undecided == 0 {
		askers, l.asking, l.undecided = l.asking, nil, len(l.asking)
	}
	l.mu.Unlock()
	if len(askers) > 0 {
		l.answer(askers)
	}
}

// answer looks up the names that members asked for, and gives them slots again.
func (l *lookups) answer(askers []*member) {
	slices.SortFunc(askers, byPlace)
	var names []string
	for _, m := range askers {
		names = append(names, m.name)
	}
	var found cluster.Found
	err := crash.Catch(func() (err error) {
		found, err = l.find(names)
		return err
	})
	for _, m := range askers {
		isOther := func(live cluster.Live) bool { return live.Name != m.name }
		m.found = cluster.Found{Clusters: slices.DeleteFunc(slices.Clone(found.Clusters), isOther), Verified: found.Verified}
		m.err = err
	}
	l.admit(askers...)
}
