package layout

import (
	"bytes"
	"io"
)

// entriesKey is the key of the one list that can be long.
const entriesKey = "clusters"

// segment is a part of a file's text that is parsed as a document of its own.
type segment struct {
	start, end int  // offsets
	line       int  // where it starts
	key        int  // line of the entries key at its end, 0 if there is none
	entry      bool // it is an entry
	indent     int  // of the entry
	marked     bool // it starts with --- or ...
}

// whole returns a text as one segment.
func whole(text []byte) []segment { return []segment{{end: len(text), line: 1}} }

// split cuts a text before every entry of a block list at the top-level key clusters,
// and after the last one. It looks only at the starts of lines, so parseSegments checks
// each segment. If in doubt, it returns the text as one segment.
func split(text []byte) []segment {
	s := splitter{line: 1, current: segment{line: 1}}
	for line := range bytes.Lines(text) {
		if !s.pass(bytes.TrimRight(line, "\n")) {
			return whole(text)
		}
		s.offset, s.line = s.offset+len(line), s.line+1
	}
	s.cut()
	return s.segments
}

type splitter struct {
	offset   int // of the line
	line     int
	segments []segment
	current  segment

	state  splitState
	indent int  // of the entries
	key    int  // line of the entries key
	found  bool // this document has the entries key
}

type splitState int

const (
	outside splitState = iota
	behindKey
	inEntries
)

// cut ends the current segment before the line.
func (s *splitter) cut() {
	s.current.end = s.offset
	if s.current.end > s.current.start {
		s.segments = append(s.segments, s.current)
	}
	s.current = segment{start: s.offset, line: s.line}
}

// pass processes one line. It returns false if the text cannot be split.
func (s *splitter) pass(line []byte) bool {
	content := bytes.TrimLeft(line, " ")
	indent := len(line) - len(content)
	if len(content) == 0 || content[0] == '#' {
		return true
	}
	isEntry := hasMarker(content, "-")
	switch {
	case s.state == behindKey && isEntry:
		s.state, s.indent, s.current.key = inEntries, indent, s.key
		s.cutEntry()
		return true
	case s.state == inEntries && isEntry && indent == s.indent:
		s.cutEntry()
		return true
	case s.state == inEntries && indent > s.indent:
		return true
	case s.state == inEntries && (indent > 0 || content[0] == '\t'):
		return false
	case s.state == inEntries:
		s.cut()
		s.current.marked = isMarker(line)
	}
	return s.passOutside(line)
}

func (s *splitter) cutEntry() {
	s.cut()
	s.current.entry, s.current.indent = true, s.indent
}

func (s *splitter) passOutside(line []byte) bool {
	s.state = outside
	switch {
	case line[0] == '%':
		return false
	case isMarker(line):
		s.found = false
	case isEntriesKey(line):
		if s.found {
			return false
		}
		s.state, s.found, s.key = behindKey, true, s.line
	}
	return true
}

func isMarker(line []byte) bool { return hasMarker(line, "---") || hasMarker(line, "...") }

func hasMarker(text []byte, marker string) bool {
	rest, found := bytes.CutPrefix(text, []byte(marker))
	return found && (len(rest) == 0 || isSpace(rest[0]))
}

// isEntriesKey reports whether a line has only the entries key, in quotes or not, and
// perhaps a comment.
func isEntriesKey(line []byte) bool {
	for _, quote := range []string{"", `"`, "'"} {
		rest, found := bytes.CutPrefix(line, []byte(quote+entriesKey+quote+":"))
		value := bytes.TrimLeft(rest, " \t")
		if found && (len(value) == 0 || value[0] == '#' && len(value) < len(rest)) {
			return true
		}
	}
	return false
}

// joined reads segments, each as a document of its own.
type joined struct {
	text     []byte
	segments []segment
	rest     []byte
	next     int
	begun    bool // the separator before the next segment is read
}

const separator = "---\n"

// hasSeparator reports whether a separator is inserted before a segment.
func hasSeparator(segments []segment, i int) bool { return i > 0 && !segments[i].marked }

// Read implements io.Reader.
func (j *joined) Read(p []byte) (int, error) {
	for len(j.rest) == 0 {
		switch {
		case j.next == len(j.segments):
			return 0, io.EOF
		case !j.begun && hasSeparator(j.segments, j.next):
			j.rest, j.begun = []byte(separator), true
		default:
			s := j.segments[j.next]
			j.rest, j.begun = j.text[s.start:s.end], false
			j.next++
		}
	}
	n := copy(p, j.rest)
	j.rest = j.rest[n:]
	return n, nil
}
