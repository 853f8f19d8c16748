package planner

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
)

// pair is a declared cluster and the live one it is about; either may be
// missing, but not both.
type pair struct {
	desired *cluster.Cluster
	live    *cluster.Live
	// blocked says why the pair is refused, if it is.
	blocked string
}

// name and clusterType are what a policy picks the pair by: what is live, or
// else what is wanted.
func (p pair) name() string {
	if p.live != nil {
		return p.live.Name
	}
	return p.desired.Name
}

// declaredName is what a selection picks the pair by: the name in the file, or
// that of a live cluster that is in none.
func (p pair) declaredName() string {
	if p.desired != nil {
		return p.desired.Name
	}
	return p.live.Name
}

func (p pair) clusterType() string {
	switch {
	case p.live != nil:
		return p.live.Type
	case p.desired.Type != nil:
		return *p.desired.Type
	default:
		return cluster.DefaultType
	}
}

// matcher finds the live cluster of a declared one.
type matcher struct {
	byID    map[string]*cluster.Live
	byName  map[string][]*cluster.Live
	claimed map[string]*cluster.Cluster // by the id of the live cluster
}

// match pairs declared and live clusters: by id where one is given, else by
// name, else by the name that the cluster had. A wanted name that several live
// clusters have is an error, since none of them can be told to be the one, and
// so is a live cluster that two entries are about.
func match(desired []cluster.Cluster, live []cluster.Live) ([]pair, error) {
	m := newMatcher(live)
	var (
		pairs []pair
		errs  []error
	)
	for i := range desired {
		p, err := m.pair(&desired[i])
		if err != nil {
			errs = append(errs, err)
			continue
		}
		pairs = append(pairs, p)
	}
	for i := range live {
		if m.claimed[live[i].ID] == nil {
			pairs = append(pairs, pair{live: &live[i]})
		}
	}
	slices.SortFunc(errs, func(x, y error) int { return strings.Compare(x.Error(), y.Error()) })
	return pairs, errors.Join(errs...)
}

func newMatcher(live []cluster.Live) matcher {
	m := matcher{
		byID:    make(map[string]*cluster.Live, len(live)),
		byName:  make(map[string][]*cluster.Live, len(live)),
		claimed: make(map[string]*cluster.Cluster, len(live)),
	}
	for i := range live {
		m.byID[live[i].ID] = &live[i]
		m.byName[live[i].Name] = append(m.byName[live[i].Name], &live[i])
	}
	return m
}

func (m matcher) pair(d *cluster.Cluster) (pair, error) {
	live, err := m.find(d)
	if err != nil {
		return pair{}, err
	}
	p := pair{desired: d, live: live}
	switch {
	case live == nil && d.ID != "" && d.State != cluster.Absent:
		p.blocked = fmt.Sprintf("no live cluster has the id %s (without the id it would be created)", d.ID)
	case live == nil:
	case m.claimed[live.ID] != nil:
		return pair{}, twoEntries(m.claimed[live.ID], d, live.ID)
	default:
		m.claimed[live.ID] = d
		p.blocked = m.nameTaken(d, live)
	}
	return p, nil
}

func (m matcher) find(d *cluster.Cluster) (*cluster.Live, error) {
	if d.ID != "" {
		return m.byID[d.ID], nil
	}
	for _, name := range []string{d.Name, d.RenamedFrom} {
		switch candidates := m.byName[name]; {
		case name == "" || len(candidates) == 0:
		case len(candidates) == 1:
			return candidates[0], nil
		default:
			return nil, ambiguous(d, name, candidates)
		}
	}
	return nil, nil
}

// nameTaken refuses to give a cluster the name that another one has.
func (m matcher) nameTaken(d *cluster.Cluster, live *cluster.Live) string {
	rival := m.rival(d.Name, live)
	if rival == "" || d.State == cluster.Absent {
		return ""
	}
	return fmt.Sprintf("it is named %q, and its new name is that of %s already", live.Name, rival)
}

// rival is the id of a cluster that has the name which a live one is to have
// from now on, and empty where there is none.
func (m matcher) rival(name string, live *cluster.Live) string {
	if live.Name == name || len(m.byName[name]) == 0 {
		return ""
	}
	return ids(m.byName[name])[0]
}

func ambiguous(d *cluster.Cluster, name string, candidates []*cluster.Live) error {
	return fmt.Errorf("%s: %d live clusters are named %q: %s (say which one with id, or rename or delete the others)",
		d.Source, len(candidates), name, strings.Join(ids(candidates), ", "))
}

// ids are those of some live clusters, in order.
func ids(clusters []*cluster.Live) []string {
	ids := make([]string, 0, len(clusters))
	for _, c := range clusters {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return ids
}

func twoEntries(a, b *cluster.Cluster, id string) error {
	first, second := a.Source.String(), b.Source.String()
	if second < first {
		first, second = second, first
	}
	return fmt.Errorf("%s: this entry and that at %s are about the same live cluster, %s", first, second, id)
}

// isAbout reports whether an entry may be about a live cluster, before they are
// matched.
func isAbout(d cluster.Cluster, ids map[string]bool, names map[string]bool) bool {
	if d.ID != "" {
		return ids[d.ID]
	}
	return names[d.Name] || d.RenamedFrom != "" && names[d.RenamedFrom]
}

// NeedsLogConfig tells of which live clusters a plan has to know the log
// configuration: those whose file manages it.
func NeedsLogConfig(desired []cluster.Cluster) func(cluster.Live) bool {
	ids, names := map[string]bool{}, map[string]bool{}
	for _, d := range desired {
		if d.LogConfig == nil {
			continue
		}
		ids[d.ID], names[d.Name], names[d.RenamedFrom] = true, true, true
	}
	delete(ids, "")
	delete(names, "")
	return func(live cluster.Live) bool { return ids[live.ID] || names[live.Name] }
}

// Missing tells whether a cluster that should be there is not among those
// listed, so that a plan would create it.
func Missing(desired []cluster.Cluster) func([]cluster.Live) bool {
	return func(listed []cluster.Live) bool {
		ids, names := make(map[string]bool, len(listed)), make(map[string]bool, len(listed))
		for _, live := range listed {
			ids[live.ID], names[live.Name] = true, true
		}
		return slices.ContainsFunc(desired, func(d cluster.Cluster) bool {
			return d.State != cluster.Absent && !isAbout(d, ids, names)
		})
	}
}
