package desired

import (
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
)

// supportedVersion is the version of the file format, of desired-state files and of
// known-drift files.
const supportedVersion = 1

// leastFile is the smallest valid file.
const leastFile = "version: 1"

// once reports whether a key is set for the first time in the file. If not, it adds a
// finding. It compares documents; ownEntries finds duplicates in one document.
func (r *reader) once(v value) bool {
	if first, ok := r.stated[v.label]; ok {
		r.fail(v.node, codeStatedTwice, v.label+" is set twice in this file", "first at "+first.String()+"; keep one")
		return false
	}
	r.stated[v.label] = r.site(v.node)
	return true
}

// versionField is the row of the version. One document of each file must have it.
func versionField[T any]() field[T] {
	about := "The version of the file format. Required in every file."
	return field[T]{"version", integer(about, supportedVersion).upTo(supportedVersion).like(1), reads(
		func(r *reader, v value, _ *T) {
			r.stated["version"] = r.site(v.node)
			if version, ok := r.integer(v); ok && version != supportedVersion {
				r.fail(v.node, codeBadVersion, fmt.Sprintf("unsupported version %d", version),
					fmt.Sprintf("this clusterctl reads version %d only", supportedVersion))
			}
		})}
}

func (r *reader) checkVersion(documents []*yaml.Node) {
	i := slices.IndexFunc(documents, func(root *yaml.Node) bool { return root.Kind == yaml.MappingNode })
	if _, ok := r.stated["version"]; !ok && i >= 0 {
		r.fail(first(documents[i]), codeMissingVersion, "version is missing", "add version: 1")
	}
}

// fileReader reads the documents of one file.
type fileReader struct {
	*reader

	loader   *loader
	defaults cluster.Cluster
	clusters []cluster.Cluster
	claims   []claim // of each of the clusters
}

// fileFields is the table of the keys of a document.
func fileFields() []field[fileReader] {
	return []field[fileReader]{
		versionField[fileReader](),
		{"tenant", text("The tenant (org) that the files are for. Any other tenant is refused. All files must agree.").like("acme"),
			reads(readTenant)},
		extensionField[fileReader](),
		{"defaults", objectOf("Settings for every cluster in this file that does not set them itself.", settingFields()),
			reads(func(r *reader, v value, f *fileReader) {
				if f.once(v) {
					readObject(r, v, settingFields(), &f.defaults)
				}
			})},
		{"policy", objectOf("What these files own, what happens to live clusters in no file, and what may be deleted. All files must agree.", policyFields()),
			reads(readPolicy)},
		{"clusters", list("The clusters of this file.", clusterForm()), reads(readClusters)},
	}
}

func (f *fileReader) readDocuments(roots []*yaml.Node) {
	for _, root := range roots {
		readObject(f.reader, value{"a desired-state file", root}, fileFields(), f)
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
