package sandbox

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"clusterctl/internal/jsonread"
)

// past is the state of a cluster before a change that some listings do not show yet.
type past struct {
	ID string    `json:"id"`
	At time.Time `json:"at"` // time of the change
	// Doc is null if there was no such cluster.
	Doc json.RawMessage `json:"doc"`
	Log *logConfig      `json:"log"`
}

func (p past) existed() bool { return !isNull(p.Doc) }

// lagOf returns how late listings show a change of a cluster.
func (o Options) lagOf(id string) time.Duration {
	if o.ListLagOf != nil {
		return o.ListLagOf(id)
	}
	return o.ListLag
}

// hides reports whether a listing at this time does not show a change yet.
func (o Options) hides(p past, now time.Time) bool {
	lag := o.lagOf(p.ID)
	return lag > 0 && p.At.After(now.Add(-lag))
}

// change changes one cluster, and stores its previous state for as long as listings show it.
func (t *Tenant) change(c call, id string, work func(state) error) error {
	return t.store.update(func(s state) error {
		before, err := s.record(id)
		if err != nil && !errors.Is(err, errNoCluster) {
			return err
		}
		if err := work(s); err != nil {
			return err
		}
		if err := t.forgetPast(s, c.now); err != nil {
			return err
		}
		p := past{ID: id, At: c.now, Doc: before.doc, Log: before.log}
		if !t.options.hides(p, c.now) {
			return nil
		}
		return s.putPast(p)
	})
}

// forgetPast removes states that no listing shows any more.
func (t *Tenant) forgetPast(s state, now time.Time) error {
	var old [][]byte
	err := s.eachPast(func(key []byte, p past) {
		if !t.options.hides(p, now) {
			old = append(old, slices.Clone(key))
		}
	})
	for _, key := range old {
		err = errors.Join(err, s.past.Delete(key))
	}
	return err
}

// putPast stores a past under a key that sorts after all earlier ones.
func (s state) putPast(p past) error {
	number, err := s.past.NextSequence()
	if err != nil {
		return err
	}
	return s.past.Put(binary.BigEndian.AppendUint64(nil, number), encode(p))
}

// eachPast visits the pasts in the order of their changes.
func (s state) eachPast(visit func(key []byte, p past)) error {
	return s.past.ForEach(func(key, data []byte) error {
		var p past
		if err := jsonread.Unmarshal(data, &p); err != nil {
			return fmt.Errorf("stored earlier state of a cluster: %w", err)
		}
		visit(key, p)
		return nil
	})
}

// snapshot is the tenant as a listing shows it.
type snapshot struct {
	state
	// before has the clusters whose latest changes are not shown, in their previous state.
	before map[string]past
}

// asListed returns the tenant as a listing at this time shows it. If several changes of a cluster
// are hidden, it shows the state before the first.
func (t *Tenant) asListed(s state, now time.Time) (snapshot, error) {
	before := map[string]past{}
	err := s.eachPast(func(_ []byte, p past) {
		if _, known := before[p.ID]; !known && t.options.hides(p, now) {
			before[p.ID] = p
		}
	})
	return snapshot{s, before}, err
}

// record returns a cluster, or errNoCluster.
func (s snapshot) record(id string) (record, error) {
	p, ok := s.before[id]
	switch {
	case !ok:
		return s.state.record(id)
	case !p.existed():
		return record{}, fmt.Errorf("%w: %q", errNoCluster, id)
	}
	return record{id: id, doc: p.Doc, log: p.Log}, nil
}

// matching returns the ids of the clusters that pass a filter, in the order of
// the ids.
func (s snapshot) matching(f filter) ([]string, error) {
	ids := []string{}
	add := func(id string, doc []byte) error {
		ok, err := f.matches(doc)
		if ok {
			ids = append(ids, id)
		}
		return err
	}
	err := s.clusters.ForEach(func(id, doc []byte) error {
		if _, changed := s.before[string(id)]; changed || len(f) > 0 && isRow(string(id)) {
			return nil
		}
		return add(string(id), doc)
	})
	for id, p := range s.before {
		if p.existed() {
			err = errors.Join(err, add(id, p.Doc))
		}
	}
	slices.Sort(ids)
	return ids, err
}
