package desired

import (
	"cmp"
	"errors"
	"io"

	"gopkg.in/yaml.v3"
)

// parse returns the roots of a file's documents that are safe to walk and
// hold something, and whether they are all that the file holds: the documents
// before a syntax error are looked at too, so that one run finds everything.
// The file has to be ready.
func (r *reader) parse() (roots []*yaml.Node, complete bool) {
	documents, err := r.decode()
	if err != nil {
		r.syntaxError(r.data, err)
	} else if len(documents) == 0 {
		r.failAt(1, 1, codeEmptyFile, "the file declares nothing", "it needs at least "+cmp.Or(r.least, "version: 1"))
		return nil, false
	}
	g, complete := newGuard(r), err == nil
	for _, root := range documents {
		if !g.passes(root) {
			complete = false
			continue
		}
		roots = append(roots, root)
	}
	return roots, complete
}

func (r *reader) decode() (roots []*yaml.Node, err error) {
	if r.json {
		return r.parseJSON(nil).roots, nil
	}
	return decode(r.data)
}

// parseReady gets a file ready and parses it.
func (r *reader) parseReady() (roots []*yaml.Node, complete bool) {
	if !r.ready() {
		return nil, false
	}
	return r.parse()
}

// parseLong parses a file that is ready, the items of long lists when they are
// read. It returns nil where the file has to be parsed as a whole.
func (r *reader) parseLong(prepare func(*yaml.Node)) *tree {
	if r.json {
		t := r.parseJSON(prepare)
		if !newGuard(&reader{}).passes(t.roots[0]) {
			return nil
		}
		return t
	}
	segments := split(r.data)
	if len(segments) < 2 {
		return nil
	}
	t, err := r.parseSegments(segments, prepare)
	if err != nil {
		return nil
	}
	return t
}

// decode returns the roots of the documents, without those of comments alone.
// On an error they are the ones before it.
func decode(data []byte) (roots []*yaml.Node, err error) {
	for d := newDocuments(data, whole(data)); ; {
		next, err := d.next()
		switch {
		case errors.Is(err, io.EOF):
			return roots, nil
		case err != nil:
			return roots, err
		}
		roots = append(roots, next.root)
	}
}
