package desired

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
)

// supportedVersion is the version of the language, in desired-state files and
// in those of known drift.
const supportedVersion = 1

// leastFile is what a file that states its version needs at least.
const leastFile = "version: 1"

// versioned reads the documents of one file that has to state its version, in
// whichever of them.
type versioned struct {
	*reader

	stated map[string]site // what a file may state once, and where it did
}

func newVersioned(r *reader) versioned { return versioned{reader: r, stated: map[string]site{}} }

// once reports whether a key is stated for the first time in the file. Twice
// in one document is found by ownEntries; this is about several documents.
func (f *versioned) once(v value) bool {
	if first, ok := f.stated[v.label]; ok {
		f.fail(v.node, codeStatedTwice, v.label+" is stated twice in this file", "first at "+first.String())
		return false
	}
	f.stated[v.label] = f.site(v.node)
	return true
}

// versionField is the row of a document's version.
func versionField[T any](of func(*T) *versioned) field[T] {
	about := "The version of this language. Required in each file."
	return field[T]{"version", integer(about, supportedVersion).upTo(supportedVersion).like(1), reads(
		func(r *reader, v value, into *T) {
			of(into).stated["version"] = r.site(v.node)
			if version, ok := r.integer(v); ok && version != supportedVersion {
				r.fail(v.node, codeBadVersion, fmt.Sprintf("version must be %d, not %d", supportedVersion, version), "")
			}
		})}
}

func (f *versioned) checkVersion(documents []*yaml.Node) {
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
		versionField(func(f *fileReader) *versioned { return &f.versioned }),
		{
			"tenant",
			text("The org that the file is for; any other tenant is refused. Once over all files.").like("acme"),
			reads(readTenant),
		},
		extensionField[fileReader](),
		{
			"defaults", objectOf("Settings laid under every cluster of this file.", settingFields()),
			reads(func(r *reader, v value, f *fileReader) {
				if f.once(v) {
					readObject(r, v, settingFields(), &f.defaults)
				}
			}),
		},
		{
			"policy",
			objectOf("What becomes of live clusters that no file lists, and what may be deleted. Once over all files.", policyFields()),
			reads(readPolicy),
		},
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
