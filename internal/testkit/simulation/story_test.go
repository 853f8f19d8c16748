package simulation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// story describes a played scenario: the clusters at the beginning, who did what and when, and
// how each run ended.
func (w *world) story() string {
	var b strings.Builder
	fmt.Fprintf(&b, "tenant: %s\n", strings.Join(append([]string{fmt.Sprintf("%d clusters", len(w.Clusters))}, w.Moods.names()...), ", "))
	for i, body := range w.Clusters {
		fmt.Fprintf(&b, "  #%d %s\n", i, body)
	}
	for _, a := range w.actors {
		fmt.Fprintf(&b, "run %d: %s %s\n", a.index+1, a.Kind, strings.Join(a.Flags, " "))
		if a.Kind != exports && a.Kind != undoes {
			for line := range strings.Lines(w.file(a.run)) {
				fmt.Fprintf(&b, "  %s", line)
			}
		}
	}
	b.WriteString("\n")
	for _, part := range w.parts() {
		b.WriteString(part.text)
	}
	return strings.ReplaceAll(b.String(), w.dir+"/", "")
}

// part is one line of a story, with its time.
type part struct {
	at   time.Duration
	text string
}

// parts returns the requests and the ends of runs in order.
func (w *world) parts() (parts []part) {
	for _, e := range w.journal {
		if e.Who < len(w.Runs) {
			parts = append(parts, part{e.At, w.line(e)})
		}
	}
	for _, a := range w.actors {
		if !a.killed {
			parts = append(parts, part{a.ended, a.end()})
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.at, b.at) })
	return parts
}

// end describes how a run ended.
func (a *actor) end() string {
	text := fmt.Sprintf("%12s  run %d ends with %d  %s\n", a.ended, a.index+1, a.code, strings.TrimSpace(a.stderr.String()))
	for _, o := range a.result.Outcomes {
		text += fmt.Sprintf("%12s    %s %s: %s %s\n", "", o.Action, o.Name, o.Outcome, o.Error)
	}
	return text
}

func (w *world) line(e event) string {
	who := fmt.Sprintf("run %d", e.Who+1)
	if e.Who == console {
		who = "person"
	}
	text := fmt.Sprintf("%12s  %s  %s", e.At, who, e.What)
	if e.Body != "" {
		text += " " + e.Body
	}
	if e.Status > 0 {
		text += fmt.Sprintf(" → %d", e.Status)
	}
	if e.Fault != "" {
		text += " (" + e.Fault + ")"
	}
	return text + "\n"
}

// shrink returns a minimal scenario that still violates an invariant.
func shrink(s scenario, breaks func(scenario) bool) scenario {
	for again, tries := true, 0; again; {
		again = false
		for _, smaller := range smallerThan(s) {
			if tries++; tries > 600 {
				return s
			}
			if breaks(smaller) {
				s, again = smaller, true
				break
			}
		}
	}
	return s
}

// smallerThan returns variants of a scenario without one part, those with the largest parts
// removed first.
func smallerThan(s scenario) (smaller []scenario) {
	with := func(change func(*scenario)) {
		c := s
		c.Runs = slices.Clone(s.Runs)
		for i := range c.Runs {
			c.Runs[i].Flags = slices.Clone(c.Runs[i].Flags)
		}
		change(&c)
		smaller = append(smaller, c)
	}
	if len(s.Runs) > 1 {
		with(func(c *scenario) { c.dropLastRun() })
	}
	for i := range s.Acts {
		with(func(c *scenario) { c.Acts = slices.Delete(slices.Clone(s.Acts), i, i+1) })
	}
	for i := range s.Faults {
		with(func(c *scenario) { c.Faults = slices.Delete(slices.Clone(s.Faults), i, i+1) })
	}
	for _, calm := range calmer(s.Moods) {
		with(func(c *scenario) { c.Moods = calm })
	}
	for i, entry := range s.Entries {
		if entry != "" {
			with(func(c *scenario) { c.Entries = slices.Clone(s.Entries); c.Entries[i] = "" })
		}
	}
	for i := range s.Clusters {
		if len(s.Logged)+len(s.Attached) == 0 {
			with(func(c *scenario) { c.Clusters = slices.Delete(slices.Clone(s.Clusters), i, i+1) })
		}
	}
	if len(s.Logged)+len(s.Attached) > 0 {
		with(func(c *scenario) { c.Logged, c.Attached = nil, nil })
	}
	for i, x := range s.Runs {
		for k := range x.Flags {
			with(func(c *scenario) { c.Runs[i].Flags = slices.Delete(c.Runs[i].Flags, k, k+1) })
		}
		if x.KillAt > 0 {
			with(func(c *scenario) { c.Runs[i].KillAt = 0 })
		}
	}
	return smaller
}

func (s *scenario) dropLastRun() {
	last := len(s.Runs) - 1
	s.Runs = s.Runs[:last]
	s.Acts = slices.DeleteFunc(slices.Clone(s.Acts), func(a act) bool { return a.Run == last })
	s.Faults = slices.DeleteFunc(slices.Clone(s.Faults), func(f fault) bool { return f.Run == last })
}

// calmer returns variants of the moods without one of them.
func calmer(m moods) (all []moods) {
	for _, change := range []func(*moods){
		func(m *moods) { m.ListLag = 0 }, func(m *moods) { m.LagPerRow = false }, func(m *moods) { m.Shuffle = false },
		func(m *moods) { m.NoCount = false }, func(m *moods) { m.NoNameFilter = false }, func(m *moods) { m.RefuseTests = false },
		func(m *moods) { m.UniqueNames = false }, func(m *moods) { m.OmitLogs = false }, func(m *moods) { m.ClockSkew = 0 },
		func(m *moods) { m.DropField = false }, func(m *moods) { m.NoDisabling = false }, func(m *moods) { m.Terse = false }, func(m *moods) { m.Bystanders = 0 }, func(m *moods) { m.ShortTokens = false },
	} {
		c := m
		if change(&c); c != m {
			all = append(all, c)
		}
	}
	return all
}

// coverage counts requests by sender and mood, and by fault.
type coverage map[string]map[string]int

// add counts the requests of a world.
func (c coverage) add(w *world) {
	for _, e := range w.journal {
		if e.Who == checks || e.Who >= len(w.Runs) || e.What == "killed" {
			continue
		}
		what := kindOf(e.What)
		if e.Who == console {
			c.count("person", what)
			continue
		}
		who := string(w.Runs[e.Who].Kind)
		c.count(who, what)
		for _, mood := range w.Moods.names() {
			c.count(who+", "+mood, what)
		}
		if e.Fault != "" {
			c.count("fault: "+e.Fault, what)
		}
		if a := w.actors[e.Who]; a.killed && e.At > 0 {
			c.count("killed run", what)
		}
	}
}

func (c coverage) count(row, column string) {
	if c[row] == nil {
		c[row] = map[string]int{}
	}
	c[row][column]++
}

func columns() []string {
	return []string{"GET list", "GET one", "GET log", "POST", "PATCH", "PUT log", "DELETE"}
}

func kindOf(what string) string {
	method, path, _ := strings.Cut(what, " ")
	switch {
	case strings.Contains(path, "/log-config"):
		return method + " log"
	case method == "GET" && strings.Contains(path, "#"):
		return "GET one"
	case method == "GET":
		return "GET list"
	}
	return method
}

// String returns the counts as a table.
func (c coverage) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-32s", "requests")
	for _, column := range columns() {
		fmt.Fprintf(&b, "%10s", column)
	}
	b.WriteString("\n")
	for _, row := range slices.Sorted(maps.Keys(c)) {
		fmt.Fprintf(&b, "%-32s", row)
		for _, column := range columns() {
			fmt.Fprintf(&b, "%10d", c[row][column])
		}
		b.WriteString("\n")
	}
	return b.String()
}
