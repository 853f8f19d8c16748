package report

import (
	"fmt"
	"io"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// Verdict is what became of a check.
type Verdict string

// The verdicts. Only a failure counts.
const (
	OK       Verdict = "ok"
	Warning  Verdict = "warning"
	Failed   Verdict = "failed"
	NotKnown Verdict = "not known"
)

// Check is one thing that ping looked at.
type Check struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Message string  `json:"message"`
	// Remedy says how to mend it, where it is not fine.
	Remedy string `json:"remedy,omitempty"`
}

// Ping is the document of ping.
type Ping struct {
	FormatVersion string         `json:"formatVersion"`
	Tool          string         `json:"tool"`
	Tenant        cluster.Tenant `json:"tenant"`
	OK            bool           `json:"ok"`
	Checks        []Check        `json:"checks"`
}

// PingDocument makes the document of ping.
func PingDocument(tool string, tenant cluster.Tenant, checks []Check) Ping {
	p := Ping{FormatVersion: planner.FormatVersion, Tool: tool, Tenant: tenant, Checks: checks}
	p.OK = p.failed() == 0
	return p
}

func (p Ping) failed() (n int) {
	for _, c := range p.Checks {
		if c.Verdict == Failed {
			n++
		}
	}
	return n
}

// Ping writes one line for each check. The last line is stable: scripts match
// it.
func (t Text) Ping(w io.Writer, p Ping) error {
	out := &document{to: w}
	widest := 0
	for _, c := range p.Checks {
		widest = max(widest, cells(c.Name))
	}
	for _, c := range p.Checks {
		t.check(out, c, widest)
	}
	fmt.Fprintf(out, "\n%s\n", PingVerdict(p))
	return out.flush()
}

// PingVerdict is the last line of a ping.
func PingVerdict(p Ping) string {
	if p.OK {
		return "Ping: all is well."
	}
	return fmt.Sprintf("Ping: %d of %s failed.", p.failed(), Count(len(p.Checks), "check"))
}

func (t Text) check(w io.Writer, c Check, widest int) {
	front := padded(string(c.Verdict), len(NotKnown)) + columnGap + padded(c.Name, widest) + columnGap
	text := Printable(c.Message)
	if c.Remedy != "" {
		text += " (" + Printable(c.Remedy) + ")"
	}
	fmt.Fprintf(w, "%s%s\n", t.verdict(c.Verdict, front), t.wrapped(text, cells(front)))
}

// verdict colours the front of a line.
func (t Text) verdict(v Verdict, front string) string {
	color := map[Verdict]string{OK: green, Warning: yellow, Failed: red}[v]
	if !t.Color || color == "" {
		return front
	}
	return color + string(v) + reset + front[len(v):]
}
