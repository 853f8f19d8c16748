package docstest

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Update runs a page and returns its text with every block of output that is
// out of date rewritten. A line that still matches stays as it is, so that ids
// and times do not change in every run. An ellipsis stays where it was.
func (s Shell) Update(ctx context.Context, p Page) (string, error) {
	outputs, err := s.run(ctx, p)
	if err != nil {
		return "", err
	}
	back := map[string]string{}
	for said, holds := range s.Replace {
		back[holds] = said
	}
	lines := slices.Clone(p.lines)
	for i, b := range slices.Backward(p.Blocks) { // from the end, so that line numbers stay right
		if b.Output == nil {
			continue
		}
		written := replacerOf(back).Replace(outputs[i])
		text := Merge(*b.Output, written)
		if !Matches(text, written) {
			return "", fmt.Errorf("%s:%d: the output cannot be written as a block:\n%s", p.Name, b.OutputLine, written)
		}
		first := b.OutputLine - 1
		indent := leading(lines[first-1])
		lines = slices.Replace(lines, first, first+strings.Count(*b.Output, "\n"), indented(text, indent)...)
	}
	return strings.Join(lines, "\n"), nil
}

func leading(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " "))] }

func indented(text, indent string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line != "\n" {
			line = indent + line
		}
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	return lines
}

// Merge returns a block of output for what was written, made from the block
// that the page has now.
func Merge(said, written string) string {
	if Matches(said, written) {
		return said
	}
	m := newMerger(said, written)
	return m.text()
}

// merger pairs the lines of a block with those that were written, at the least
// cost. An ellipsis takes any lines for free; everything else costs what it
// changes.
type merger struct {
	said, written []string
	cost          [][]float64 // of what is left from said[i] and written[j] on
}

const (
	dropped   = 1.0  // a line of the page that is no longer written
	added     = 1.0  // a written line that the page does not have
	hidden    = 0.01 // a written line under an ellipsis: the less it hides, the better
	rewording = 0.95 // a line that shares no word with the one that replaces it; less than dropped, so that an ellipsis swallows no line of the page
)

func newMerger(said, written string) merger {
	m := merger{said: slices.Collect(strings.Lines(said)), written: slices.Collect(strings.Lines(written))}
	m.cost = make([][]float64, len(m.said)+1)
	for i := len(m.said); i >= 0; i-- {
		m.cost[i] = make([]float64, len(m.written)+1)
		for j := len(m.written); j >= 0; j-- {
			m.cost[i][j], _ = m.best(i, j)
		}
	}
	return m
}

// step is how far a choice moves in both texts, and what it costs.
type step struct {
	said, written int
	cost          float64
}

// best returns the cheapest way on from a pair of positions.
func (m merger) best(i, j int) (least float64, choice step) {
	for n, s := range m.steps(i, j) {
		if cost := s.cost + m.cost[i+s.said][j+s.written]; n == 0 || cost < least {
			least, choice = cost, s
		}
	}
	return least, choice
}

// steps are the possible ways on from a pair of positions; none from the end of both.
func (m merger) steps(i, j int) (steps []step) {
	hasSaid, hasWritten := i < len(m.said), j < len(m.written)
	hides := hasSaid && isEllipsis(m.said[i])
	if hasSaid && hasWritten && !hides {
		steps = append(steps, step{1, 1, difference(m.said[i], m.written[j])})
	}
	switch {
	case hides:
		steps = append(steps, step{1, 0, 0})
	case hasSaid:
		steps = append(steps, step{1, 0, dropped})
	}
	switch {
	case hides && hasWritten:
		steps = append(steps, step{0, 1, hidden})
	case hasWritten:
		steps = append(steps, step{0, 1, added})
	}
	return steps
}

// text is the block along the cheapest way.
func (m merger) text() string {
	var b strings.Builder
	for i, j := 0, 0; i < len(m.said) || j < len(m.written); {
		_, s := m.best(i, j)
		switch {
		case i < len(m.said) && isEllipsis(m.said[i]):
			if s.said == 1 {
				b.WriteString(m.said[i])
			}
		case s.said == 1 && s.written == 1:
			b.WriteString(reworded(m.said[i], m.written[j]))
		case s.written == 1:
			b.WriteString(m.written[j])
		}
		i, j = i+s.said, j+s.written
	}
	return b.String()
}

func isEllipsis(line string) bool { return strings.TrimSpace(line) == ellipsis }

// difference is 0 for lines that match, and up to rewording for others.
func difference(said, written string) float64 {
	if Matches(said, written) {
		return 0
	}
	a, b := strings.Fields(said), strings.Fields(written)
	if len(a)+len(b) == 0 {
		return rewording
	}
	left, common := slices.Clone(b), 0
	for _, word := range a {
		if at := slices.Index(left, word); at >= 0 {
			left = slices.Delete(left, at, at+1)
			common++
		}
	}
	return rewording * (1 - 2*float64(common)/float64(len(a)+len(b)))
}

// reworded is a written line with the ids, digests and times of the line that it
// replaces, where it has as many of each form.
func reworded(said, written string) string {
	if Matches(said, written) {
		return said
	}
	for _, form := range varying() {
		pattern := regexp.MustCompile(form)
		before := pattern.FindAllString(said, -1)
		if len(before) != len(pattern.FindAllString(written, -1)) {
			continue
		}
		written = pattern.ReplaceAllStringFunc(written, func(string) string {
			first := before[0]
			before = before[1:]
			return first
		})
	}
	return written
}
