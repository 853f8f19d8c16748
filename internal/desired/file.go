package desired

import (
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"

	"gopkg.in/yaml.v3"
)

// fileReader reads the documents of one file.
type fileReader struct {
	versioned
	loader *loader

	defaults cluster.Cluster
	clusters []cluster.Cluster
	claims   []claim // of each of the clusters
}

// fileFields is the table of a document's keys.
func fileFields() []field[fileReader] {
	return []field[fileReader]{
		{"version", versionForm(), func(_ *reader, v value, f *fileReader) { f.readVersion(v) }},
		{
			"tenant",
			text("The org that the file is for; any other tenant is refused. Once over all files.").like("acme"),
			readTenant,
		},
		extensionField[fileReader](),
		{"defaults", objectOf("Settings laid under every cluster of this file.", settingFields()), readDefaults},
		{
			"policy",
			objectOf("What becomes of live clusters that no file lists, and what may be deleted. Once over all files.", policyFields()),
			readPolicy,
		},
		{"clusters", list("The clusters of this file.", clusterForm()), readClusters},
	}
}

func (f *fileReader) readDocuments(roots []*yaml.Node) {
	for _, root := range roots {
		readObject(f.reader, value{label: "a desired-state file", node: root}, fileFields(), f)
	}
}

func readTenant(r *reader, v value, f *fileReader) {
	if org, ok := r.filledText(v); ok {
		f.loader.claimTenant(r, v, org)
	}
}

func readDefaults(r *reader, v value, f *fileReader) {
	if f.once(v) {
		readObject(r, v, settingFields(), &f.defaults)
	}
}

func readClusters(r *reader, v value, f *fileReader) {
	if !r.isList(v) {
		f.loader.incomplete = true
		return
	}
	if f.loader.clustersAt.isZero() {
		f.loader.clustersAt = r.site(v.node)
	}
	for _, item := range v.node.Content {
		f.readEntry(layout.Resolve(item))
	}
}

// readEntry reads an entry of clusters.
func (f *fileReader) readEntry(n *yaml.Node) {
	f.loader.entries++
	f.readCluster(value{label: "a cluster", node: n})
}
