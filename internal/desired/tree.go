package desired

import (
	"iter"

	"gopkg.in/yaml.v3"
)

// clustersKey is the key of the one list that can be long.
const clustersKey = "clusters"

// tree is the documents of a file. The items of long lists are not in it: they
// are decoded when they are read, one at a time, so that a file of any size
// takes little more memory than its text.
type tree struct {
	roots []*yaml.Node
	long  map[*yaml.Node]longList
	// finish decodes what was not read, and returns why something of the long
	// lists cannot be decoded. It is nil if there are none.
	finish func() error
}

// longList is a list whose items are not among its content.
type longList struct {
	items    iter.Seq[*yaml.Node]
	segments []segment // of the items
}

// items lists what a list holds, aliases followed.
func (t *tree) items(list *yaml.Node) iter.Seq[*yaml.Node] {
	if long, ok := t.long[list]; ok {
		return long.items
	}
	return func(yield func(*yaml.Node) bool) {
		for _, item := range list.Content {
			if !yield(resolve(item)) {
				return
			}
		}
	}
}

func (t *tree) failed() bool { return t.finish != nil && t.finish() != nil }
