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

	stated   map[string]*yaml.Node // what a file may say once, and where it did
	defaults cluster.Cluster
	clusters []cluster.Cluster
}

// fileFields is the table of a document's keys.
func fileFields() []field[fileReader] {
	return []field[fileReader]{
		{"version", readVersion},
		{"tenant", readTenant},
		{"defaults", readDefaults},
		{"clusters", readClusters},
	}
}

func (f *fileReader) readDocument(root *yaml.Node) {
	readObject(f.reader, value{label: "a desired-state file", node: root}, fileFields(), f)
}

func (f *fileReader) checkVersion(documents []*yaml.Node) {
	if f.stated["version"] != nil {
		return
	}
	for _, root := range documents {
		if root.Kind == yaml.MappingNode {
			f.fail(first(root), "missing-version", "version is missing", "add version: 1")
			return
		}
	}
}

// once reports whether a key is stated for the first time in the file. Twice
// in one document is the walker's business; this is about several documents.
func (f *fileReader) once(v value) bool {
	if other := f.stated[v.label]; other != nil {
		f.fail(v.node, "stated-twice", v.label+" is stated twice in this file", "first at "+f.place(other))
		return false
	}
	f.stated[v.label] = v.node
	return true
}

func readVersion(r *reader, v value, f *fileReader) {
	if !f.once(v) {
		return
	}
	if version, ok := r.integer(v); ok && version != supportedVersion {
		r.fail(v.node, "unsupported-version",
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
	if v.node.Kind != yaml.SequenceNode || v.node.Tag != "!!seq" {
		r.wrongType(v, "a list")
		return
	}
	for _, item := range v.node.Content {
		if c, ok := f.readCluster(value{label: "a cluster", node: resolve(item)}); ok {
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
