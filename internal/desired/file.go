package desired

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
)

// supportedVersion is the version of the language.
const supportedVersion = 1

// fileReader reads the documents of one file.
type fileReader struct {
	*reader
	loader *loader

	stated   map[string]site // what a file may say once, and where it did
	defaults cluster.Cluster
	clusters []cluster.Cluster
}

// fileFields is the table of a document's keys.
func fileFields() []field[fileReader] {
	return []field[fileReader]{
		{"version", integer("The version of this language. Required, once per file.", supportedVersion).upTo(supportedVersion).like(1), readVersion},
		{
			"tenant",
			text("The org that the file is for; any other tenant is refused. Once over all files.").like("acme"),
			readTenant,
		},
		{"defaults", objectOf("Settings laid under every cluster of this file.", settingFields()), readDefaults},
		{
			"policy",
			objectOf("What becomes of live clusters that no file lists, and what may be deleted. Once over all files.", policyFields()),
			readPolicy,
		},
		{"clusters", list("The clusters of this file.", clusterForm()), readClusters},
	}
}

func (f *fileReader) readDocument(root *yaml.Node) {
	readObject(f.reader, value{label: "a desired-state file", node: root}, fileFields(), f)
}

func (f *fileReader) checkVersion(documents []*yaml.Node) {
	if _, ok := f.stated["version"]; ok {
		return
	}
	for _, root := range documents {
		if root.Kind == yaml.MappingNode {
			f.fail(first(root), codeMissingVersion, "version is missing", "add version: 1")
			return
		}
	}
}

// once reports whether a key is stated for the first time in the file. Twice
// in one document is the walker's business; this is about several documents.
func (f *fileReader) once(v value) bool {
	if first, ok := f.stated[v.label]; ok {
		f.fail(v.node, codeStatedTwice, v.label+" is stated twice in this file", "first at "+first.String())
		return false
	}
	f.stated[v.label] = f.site(v.node)
	return true
}

func readVersion(r *reader, v value, f *fileReader) {
	if !f.once(v) {
		return
	}
	if version, ok := r.integer(v); ok && version != supportedVersion {
		r.fail(v.node, codeBadVersion,
			fmt.Sprintf("version must be %d, not %d", supportedVersion, version), "")
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
	items, ok := r.items(v)
	if !ok {
		f.loader.incomplete = true
		return
	}
	if f.loader.clustersAt.isZero() {
		f.loader.clustersAt = r.site(v.node)
	}
	f.loader.entries += len(items)
	for _, item := range items {
		if c, ok := f.readCluster(value{label: "a cluster", node: item}); ok {
			f.clusters = append(f.clusters, c)
		}
	}
}

// withDefaults is the file's clusters with its defaults laid under them, which
// may stand in a later document than they do.
func (f *fileReader) withDefaults() []cluster.Cluster {
	for i := range f.clusters {
		layUnder(&f.clusters[i], f.defaults)
	}
	return f.clusters
}
