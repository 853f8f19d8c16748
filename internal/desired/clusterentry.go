package desired

import (
	"clusterctl/internal/cluster"
)

// clusterFields is the table of a cluster's keys.
func clusterFields() []field[cluster.Cluster] {
	return append([]field[cluster.Cluster]{
		{"name", readName},
		{"state", readState},
		{"removeClients", readRemoveClients},
	}, settingFields()...)
}

// readCluster reads one entry of clusters.
func (f *fileReader) readCluster(v value) (cluster.Cluster, bool) {
	c := cluster.Cluster{State: cluster.Present}
	o, ok := readObject(f.reader, v, clusterFields(), &c)
	if !ok {
		return c, false
	}
	c.Source = cluster.Source{File: f.file, Line: o.at.Line, Column: o.at.Column}
	f.checkState(o, c)
	if !o.has("name") {
		f.fail(o.at, "missing-name", "a cluster has no name", "")
	}
	if c.Name != "" {
		f.loader.claimName(f.reader, o.keys["name"], c)
	}
	return c, true
}

// checkState refuses what makes no sense in the state that a cluster is to be
// in. A cluster with a state that nobody knows has State "".
func (f *fileReader) checkState(o object, c cluster.Cluster) {
	switch c.State {
	case cluster.Present:
		if c.RemoveClients {
			f.fail(o.keys["removeClients"], "remove-clients-without-absent", "removeClients needs state: absent", "")
		}
	case cluster.Absent:
		for _, key := range names(settingFields()) {
			if o.has(key) {
				f.fail(o.keys[key], "absent-with-settings", key+" makes no sense with state: absent", "")
			}
		}
	}
}

func readName(r *reader, v value, c *cluster.Cluster) {
	if isNull(v.node) {
		r.fail(v.node, "empty-name", "name is empty", "")
		return
	}
	name, ok := r.text(v)
	if ok && isBlank(name) {
		r.fail(v.node, "empty-name", "name is empty", "")
		return
	}
	c.Name = name
}

func readState(r *reader, v value, c *cluster.Cluster) {
	c.State = ""
	state, ok := r.text(v)
	if !ok {
		return
	}
	switch s := cluster.State(state); s {
	case cluster.Present, cluster.Absent:
		c.State = s
	default:
		r.fail(v.node, "unknown-state", "unknown state "+quote(state),
			suggest(state, []string{string(cluster.Present), string(cluster.Absent)}))
	}
}

func readRemoveClients(r *reader, v value, c *cluster.Cluster) {
	c.RemoveClients, _ = r.boolean(v)
}
