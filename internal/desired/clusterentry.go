package desired

import (
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
)

// clusterFields is the table of a cluster's keys.
func clusterFields() []field[cluster.Cluster] {
	return append([]field[cluster.Cluster]{
		{"name", text("The name of the cluster, unique over all files.").like("va-austin"), readName},
		{
			"id",
			text("Binds to the live cluster of this id, so that its name can be changed. An id that no cluster has is an error, never a create.").
				like("2c9180897de347a2017de8859e8c5039"),
			readID,
		},
		{
			"renamedFrom",
			text("The name that the cluster has had: a live cluster of that name is renamed. Once that is done it has no effect.").
				like("va-texas"),
			readRenamedFrom,
		},
		{
			"state",
			choice("Whether the cluster is to exist. absent is an explicit, reviewable delete.",
				string(cluster.Present), string(cluster.Absent)).byDefault(string(cluster.Present)),
			readState,
		},
		{
			"removeClients",
			boolean("With state: absent, the clients still attached go with the cluster. Without, it is not deleted as long as it has any.").
				byDefault("false"),
			readRemoveClients,
		},
	}, settingFields()...)
}

// clusterForm is the form of one entry of clusters.
func clusterForm() form {
	return objectOf("A cluster. A field that is not written is not managed.", clusterFields()).
		needs("name").
		where(absentHas(names(settingFields())), removeClientsNeedsAbsent())
}

// readCluster reads one entry of clusters.
func (f *fileReader) readCluster(v value) {
	c := cluster.Cluster{State: cluster.Present}
	o, ok := readObject(f.reader, v, f.tables.cluster, &c)
	if !ok {
		return
	}
	c.Source = cluster.Source{File: f.file, Line: o.at.Line, Column: o.at.Column}
	f.checkState(o, c)
	if !o.has("name") {
		f.fail(o.at, codeMissingName, "a cluster has no name", "")
	}
	f.clusters, f.claims = append(f.clusters, c), append(f.claims, claimOf(o))
}

// checkState refuses what makes no sense in the state that a cluster is to be
// in. A cluster with a state that nobody knows has State "".
func (f *fileReader) checkState(o object, c cluster.Cluster) {
	switch c.State {
	case cluster.Present:
		if c.RemoveClients {
			f.fail(o.key("removeClients"), codeRemoveClients, "removeClients needs state: absent", "")
		}
	case cluster.Absent:
		for _, key := range names(settingFields()) {
			if o.has(key) {
				f.fail(o.key(key), codeAbsentWithSettings, key+" makes no sense with state: absent", "")
			}
		}
	}
}

func readName(r *reader, v value, c *cluster.Cluster) {
	if layout.IsNull(v.node) {
		r.fail(v.node, codeEmptyName, "name is empty", "")
		return
	}
	name, ok := r.text(v)
	if ok && isBlank(name) {
		r.fail(v.node, codeEmptyName, "name is empty", "")
		return
	}
	c.Name = name
}

func readID(r *reader, v value, c *cluster.Cluster) { c.ID, _ = r.filledText(v) }

func readRenamedFrom(r *reader, v value, c *cluster.Cluster) { c.RenamedFrom, _ = r.filledText(v) }

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
		r.fail(v.node, codeUnknownState, "unknown state "+escape.Quote(state),
			suggest(state, []string{string(cluster.Present), string(cluster.Absent)}))
	}
}

func readRemoveClients(r *reader, v value, c *cluster.Cluster) {
	c.RemoveClients = r.boolean(v)
}
