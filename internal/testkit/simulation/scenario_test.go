// Package simulation searches for harmful schedules. From a seed it draws a tenant with
// variations, one to three runs of the program, a person at the console, faults and kills, and
// plays them in virtual time. The rules that must hold afterwards are in invariants_test.go.
package simulation

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// scenario is everything that a seed determines. It is plain data, so that it can be shrunk and
// kept as a regression test.
type scenario struct {
	Seed     uint64        `json:"seed"`
	Moods    moods         `json:"moods"`
	Clusters []string      `json:"clusters"` // bodies of the POST requests that made them
	Logged   []int         `json:"logged,omitempty"`
	Attached []int         `json:"attached,omitempty"` // indexes of clusters with a client
	Entries  []string      `json:"entries"`            // of the files, in YAML
	Runs     []run         `json:"runs"`
	Acts     []act         `json:"acts,omitempty"`
	Faults   []fault       `json:"faults,omitempty"`
	Spread   time.Duration `json:"spread"` // the longest way of a request, and of its answer
}

// moods are the variations of the tenant's behavior.
type moods struct {
	ListLag      time.Duration `json:"listLag,omitempty"`
	LagPerRow    bool          `json:"lagPerRow,omitempty"`
	Shuffle      bool          `json:"shuffle,omitempty"`
	NoCount      bool          `json:"noCount,omitempty"`
	NoNameFilter bool          `json:"noNameFilter,omitempty"`
	RefuseTests  bool          `json:"refuseTests,omitempty"`
	UniqueNames  bool          `json:"uniqueNames,omitempty"`
	OmitLogs     bool          `json:"omitLogs,omitempty"`
	ClockSkew    time.Duration `json:"clockSkew,omitempty"`
	DropField    bool          `json:"dropField,omitempty"` // the description, of a POST
	NoDisabling  bool          `json:"noDisabling,omitempty"`
	Terse        bool          `json:"terse,omitempty"` // answers a PATCH without the objects of a cluster
	ShortTokens  bool          `json:"shortTokens,omitempty"`
	Bystanders   int           `json:"bystanders,omitempty"` // clusters of other names, for listings of several pages
}

// names returns the moods that are on.
func (m moods) names() (names []string) {
	for name, isOn := range map[string]bool{
		"list lag": m.ListLag > 0, "lag per row": m.ListLag > 0 && m.LagPerRow, "unstable order": m.Shuffle, "no count": m.NoCount,
		"no name filter": m.NoNameFilter, "tests refused": m.RefuseTests, "unique names": m.UniqueNames, "logs not listed": m.OmitLogs,
		"clocks apart": m.ClockSkew != 0, "description dropped": m.DropField, "DISABLED refused": m.NoDisabling, "terse answers": m.Terse, "tokens expire": m.ShortTokens, "several pages": m.Bystanders > 0,
	} {
		if isOn {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// run is one use of the program.
type run struct {
	Kind    kind     `json:"kind"`
	Entries []int    `json:"entries"` // those of its file
	Flags   []string `json:"flags,omitempty"`
	// Start is relative to the end of the previous run, or to the beginning.
	Start    time.Duration `json:"start"`
	IsBeside bool          `json:"isBeside,omitempty"` // does not wait for the run before
	Pause    time.Duration `json:"pause,omitempty"`    // between the plan and its apply
	KillAt   int           `json:"killAt,omitempty"`   // the request that it is killed with
	KillOf   bool          `json:"killOf,omitempty"`   // counted among its writes
	KillDone bool          `json:"killDone,omitempty"` // after the tenant has done it
}

// kind is what a run does.
type kind string

const (
	applies   kind = "apply"
	appliesTo kind = "apply PLAN" // plans, pauses, and applies the plan
	undoes    kind = "undo"       // the first apply
	drifts    kind = "drift"
	exports   kind = "export"
	plans     kind = "plan"
)

func (k kind) writes() bool { return k == applies || k == appliesTo || k == undoes }

// moment is the n-th request of a run, or its n-th write.
type moment struct {
	Run     int  `json:"run"`
	Request int  `json:"request"`
	OfWrite bool `json:"ofWrite,omitempty"`
}

// act is what a person does at the console right before or after a request.
type act struct {
	moment
	IsBefore bool   `json:"isBefore,omitempty"`
	Kind     string `json:"kind"`
	Target   string `json:"target"` // the name of a cluster; if empty, the one that the request is about
	Value    string `json:"value,omitempty"`
}

func actKinds() []string {
	return []string{"describe", "configure", "rename", "create", "delete", "attach", "log", "end log"}
}

// fault is a faulty request of a run.
type fault struct {
	moment
	Kind string `json:"kind"`
}

func faultKinds() []string {
	return []string{
		"not sent", "lost before", "lost after", "500 before", "500 after", "502", "503", "429", "401", "403", "409", "422",
		"truncated", "garbage", "wrong shape", "other id", "too late",
	}
}

// names are the names of entries: few, so that runs and people interfere.
func names() []string { return []string{"va-a", "va-b", "va-c", "va-d", "va-e"} }

// oldNames are the previous names of clusters.
func oldNames() []string { return []string{"va-x", "va-y"} }

// draw draws a scenario. It first draws which kinds of trouble can occur: seeds with few kinds go
// deeper than seeds with all (swarm testing).
func draw(seed uint64) scenario {
	r := rand.New(rand.NewPCG(seed, 0))
	sometimes := func(percent int) bool { return r.IntN(100) < percent }
	s := scenario{Seed: seed, Spread: []time.Duration{time.Millisecond, 50 * time.Millisecond, 2 * time.Second}[r.IntN(3)]}
	if sometimes(50) {
		s.Moods.ListLag = []time.Duration{50 * time.Millisecond, time.Second, 4 * time.Second, 20 * time.Second}[r.IntN(4)]
		s.Moods.LagPerRow = sometimes(50)
	}
	s.Moods.Shuffle, s.Moods.OmitLogs, s.Moods.NoNameFilter = sometimes(20), sometimes(20), sometimes(20)
	s.Moods.RefuseTests, s.Moods.UniqueNames, s.Moods.NoCount = sometimes(10), sometimes(15), sometimes(10)
	s.Moods.DropField, s.Moods.ShortTokens, s.Moods.NoDisabling = sometimes(7), sometimes(10), sometimes(15)
	s.Moods.Terse = sometimes(10)
	if sometimes(3) {
		s.Moods.Bystanders, s.Moods.Shuffle = 245+r.IntN(10), true
	}
	if sometimes(15) {
		s.Moods.ClockSkew = []time.Duration{-10 * time.Minute, 10 * time.Minute}[r.IntN(2)]
	}
	for i, name := range append(names(), oldNames()...) {
		switch r.IntN(4) {
		case 0: // there is none
		case 1:
			s.Clusters = append(s.Clusters, fmt.Sprintf(`{"name":%q}`, name))
		default:
			s.Clusters = append(s.Clusters, fmt.Sprintf(`{"name":%q,"description":"before","configuration":{"gmtOffset":"-%d","debug":"true"}}`, name, i+1))
		}
	}
	if len(s.Clusters) > 0 && sometimes(30) {
		s.Logged = []int{r.IntN(len(s.Clusters))}
	}
	if len(s.Clusters) > 0 && sometimes(20) {
		s.Attached = []int{r.IntN(len(s.Clusters))}
	}
	for _, name := range names() {
		s.Entries = append(s.Entries, drawEntry(r, name))
	}
	s.drawRuns(r)
	s.drawTrouble(r)
	return s
}

// drawEntry draws the entry of a name in a file.
func drawEntry(r *rand.Rand, name string) string {
	fields := []string{"name: " + name}
	if r.IntN(10) == 0 {
		return "{name: " + name + ", state: absent}"
	}
	if i := slices.Index(names(), name); i < len(oldNames()) && r.IntN(3) == 0 {
		fields = append(fields, "renamedFrom: "+oldNames()[i])
	}
	if r.IntN(2) == 0 {
		fields = append(fields, "description: "+[]string{"after", "other", "null"}[r.IntN(3)])
	}
	if r.IntN(2) == 0 {
		fields = append(fields, "configuration: "+[]string{`{gmtOffset: "3"}`, `{gmtOffset: "4", debug: null}`, `{added: "yes"}`}[r.IntN(3)])
	}
	if r.IntN(4) == 0 {
		fields = append(fields, "updatePreferences: {updateState: "+[]string{"AUTO", "DISABLED"}[r.IntN(2)]+"}")
	}
	if r.IntN(3) == 0 {
		fields = append(fields, "logConfig: "+[]string{`{rootLevel: WARN, durationMinutes: 600}`, `{rootLevel: INFO, logLevels: {a.B: DEBUG}, durationMinutes: 600}`}[r.IntN(2)])
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

func (s *scenario) drawRuns(r *rand.Rand) {
	some := func() (entries []int) {
		for i := range s.Entries {
			if r.IntN(5) > 0 {
				entries = append(entries, i)
			}
		}
		return entries
	}
	file := some()
	for i := range 1 + r.IntN(3) {
		x := run{Kind: []kind{applies, applies, applies, appliesTo, appliesTo, undoes, drifts, exports, plans}[r.IntN(9)], Entries: file}
		if i == 0 {
			x.Kind = []kind{applies, appliesTo}[r.IntN(2)]
		}
		if r.IntN(4) == 0 {
			x.Entries = some()
		}
		x.IsBeside = i > 0 && r.IntN(2) == 0 && x.Kind != undoes
		x.Start = time.Duration(r.IntN(1000)) * []time.Duration{time.Millisecond, 10 * time.Millisecond}[r.IntN(2)]
		if x.Kind == appliesTo {
			x.Pause = time.Duration(r.IntN(60)) * time.Second
		}
		x.Flags = drawFlags(r, x.Kind, s.Moods.Bystanders == 0)
		if x.Kind.writes() && r.IntN(4) == 0 {
			x.KillAt, x.KillDone = 1+r.IntN(15), r.IntN(2) == 0
			if x.KillOf = r.IntN(2) == 0; x.KillOf {
				x.KillAt = 1 + x.KillAt%5
			}
		}
		s.Runs = append(s.Runs, x)
	}
}

func drawFlags(r *rand.Rand, k kind, mayPrune bool) (flags []string) {
	if !k.writes() {
		return []string{fmt.Sprintf("--parallelism=%d", 1+r.IntN(3))}
	}
	if r.IntN(4) == 0 {
		flags = append(flags, "--retries=0")
	}
	if r.IntN(6) == 0 {
		flags = append(flags, "--on-error=stop")
	}
	if r.IntN(4) == 0 {
		// Requests at the same moment run in an order that depends on the Go runtime, which
		// cannot be replayed.
		flags = append(flags, "--parallelism=1", "--rate-limit="+[]string{"3/5s", "5/10s"}[r.IntN(2)])
	} else {
		flags = append(flags, fmt.Sprintf("--parallelism=%d", 1+r.IntN(3)))
	}
	if k != undoes && mayPrune && r.IntN(5) == 0 {
		flags = append(flags, "--prune")
	}
	if r.IntN(3) == 0 {
		flags = append(flags, "--skip-blocked")
	}
	return flags
}

// drawTrouble draws the acts of a person and the faults: often at the same place, at a write, and
// on the cluster that is being read or written.
func (s *scenario) drawTrouble(r *rand.Rand) {
	focus := 1 + r.IntN(16)
	at := func() moment {
		m := moment{Run: r.IntN(len(s.Runs))}
		switch r.IntN(4) {
		case 0:
			m.Request = 1 + r.IntN(24)
		case 1:
			m.Request = focus + r.IntN(3)
		default:
			m.Request, m.OfWrite = 1+r.IntN(6), true
		}
		return m
	}
	if r.IntN(2) == 0 {
		kinds := some(r, actKinds(), 3)
		for range 1 + r.IntN(3) {
			a := act{moment: at(), IsBefore: r.IntN(2) == 0, Kind: kinds[r.IntN(len(kinds))]}
			if r.IntN(2) == 0 || a.Kind == "create" {
				a.Target = names()[r.IntN(len(names()))]
			}
			switch a.Kind {
			case "describe", "configure":
				a.Value = []string{"theirs", "after", "before"}[r.IntN(3)]
			case "rename":
				a.Value = append(names(), "va-else")[r.IntN(6)]
			}
			s.Acts = append(s.Acts, a)
		}
	}
	if r.IntN(4) == 0 { // the answer to a creation, mostly
		late := []string{"lost after", "500 after", "too late", "truncated", "other id"}
		s.Faults = append(s.Faults, fault{moment{r.IntN(len(s.Runs)), 1 + r.IntN(2), true}, late[r.IntN(len(late))]})
	}
	if r.IntN(2) == 0 {
		kinds := some(r, faultKinds(), 4)
		for range 1 + r.IntN(4) {
			s.Faults = append(s.Faults, fault{at(), kinds[r.IntN(len(kinds))]})
		}
	}
}

// some draws up to most of the values.
func some(r *rand.Rand, values []string, most int) []string {
	values = slices.Clone(values)
	r.Shuffle(len(values), func(i, k int) { values[i], values[k] = values[k], values[i] })
	return values[:1+r.IntN(most)]
}

// chance returns a number from 0 up to n that depends on the seed and the purpose.
func (s scenario) chance(n int64, about ...any) int64 {
	h := fnv.New64a()
	fmt.Fprint(h, append([]any{s.Seed}, about...)...)
	return int64(h.Sum64() % uint64(max(n, 1)))
}

// file is the desired-state file of a run.
func (s scenario) file(x run) string {
	var b strings.Builder
	b.WriteString("version: 1\nclusters:")
	listed := 0
	for _, i := range x.Entries {
		if i < len(s.Entries) && s.Entries[i] != "" {
			b.WriteString("\n  - " + s.Entries[i])
			listed++
		}
	}
	if listed == 0 {
		b.WriteString(" []")
	}
	return b.String() + "\n"
}
