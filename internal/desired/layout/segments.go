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
	line       int  // that it begins at
	key        int  // the line of the key of the entries that it ends with, 0 if it does not
	entry      bool // it is an entry
	indent     int  // of the entry
	marked     bool // it begins with --- or ...
}

// whole is a text as one segment.
func whole(text []byte) []segment { return []segment{{end: len(text), line: 1}} }

// split cuts a text in front of every entry of a block list at a top-level key
// clusters, and behind the last one. It looks only at the beginnings of lines, so
// parseSegments checks each segment. It returns one segment if it cannot tell.
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
	key    int  // the line of the key of the entries
	found  bool // it is in this document
}

type splitState int

const (
	outside splitState = iota
	behindKey
	inEntries
)

// cut ends the current segment in front of the line.
func (s *splitter) cut() {
	s.current.end = s.offset
	if s.current.end > s.current.start {
		s.segments = append(s.segments, s.current)
	}
	s.current = segment{start: s.offset, line: s.line}
}

// pass looks at one line. It reports false where the text cannot be split.
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

// isEntriesKey reports whether a line is the key, in quotes or not, and nothing
// else but a comment.
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

// joined reads segments, each of them as a document of its own.
type joined struct {
	text     []byte
	segments []segment
	rest     []byte
	next     int
	begun    bool // the separator in front of the next one is read
}

const separator = "---\n"

// hasSeparator reports whether a separator is in front of a segment.
func hasSeparator(segments []segment, i int) bool { return i > 0 && !segments[i].marked }

// Read is io.Reader's.
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
