package desired

import (
	"fmt"

	"gopkg.in/yaml.v3"
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

	stated map[string]site // what a file may say once, and where it did
}

func newVersioned(r *reader) versioned { return versioned{reader: r, stated: map[string]site{}} }

func versionForm() form {
	return integer("The version of this language. Required in each file.", supportedVersion).upTo(supportedVersion).like(1)
}

// once reports whether a key is stated for the first time in the file. Twice
// in one document is the walker's business; this is about several documents.
func (f *versioned) once(v value) bool {
	if first, ok := f.stated[v.label]; ok {
		f.fail(v.node, codeStatedTwice, v.label+" is stated twice in this file", "first at "+first.String())
		return false
	}
	f.stated[v.label] = f.site(v.node)
	return true
}

func (f *versioned) readVersion(v value) {
	f.stated["version"] = f.site(v.node)
	if version, ok := f.integer(v); ok && version != supportedVersion {
		f.fail(v.node, codeBadVersion,
			fmt.Sprintf("version must be %d, not %d", supportedVersion, version), "")
	}
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
