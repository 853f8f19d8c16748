package progress

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// barCells is the width of the bar between its ends.
const barCells = 20

// task is the current task and its progress.
type task struct {
	verb, noun  string
	total, done int
	began       time.Time
}

// line returns the line for a log: "reading 750/1001 clusters, 75/s, 3s left".
func (t *task) line(now time.Time) string {
	return strings.Join(append([]string{t.count()}, t.pace(now)...), ", ")
}

// bar returns the line for a terminal. Without enough room it leaves out the bar first. The
// last column stays empty: some terminals wrap after it.
func (t *task) bar(now, waitsTill time.Time, columns int) string {
	pace := strings.Join(t.pace(now), " ")
	if waitsTill.After(now) {
		pace = waiting(waitsTill.Sub(now))
	}
	for _, parts := range [][]string{{t.count(), t.drawn(), pace}, {t.count(), pace}, {t.count()}} {
		parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
		if line := strings.Join(parts, " "); utf8.RuneCountInString(line) < columns {
			return line
		}
	}
	return ""
}

// count returns "reading 750/1001 clusters", or "reading 750 clusters" if the total is unknown.
func (t *task) count() string {
	text := fmt.Sprintf("%s %d", t.verb, t.done)
	if t.total >= 0 {
		text += fmt.Sprintf("/%d", t.total)
	}
	if t.noun != "" {
		text += " " + t.noun
	}
	return text
}

// pace returns the rate and the remaining time.
func (t *task) pace(now time.Time) []string {
	if t.done == 0 || !now.After(t.began) {
		return nil
	}
	elapsed := now.Sub(t.began)
	parts := []string{rate(float64(t.done) / elapsed.Seconds())}
	if t.done < t.total {
		left := time.Duration(float64(elapsed) / float64(t.done) * float64(t.total-t.done))
		parts = append(parts, atLeastASecond(left)+" left")
	}
	return parts
}

// rate returns "8/s", or "30/min" below one per second.
func rate(perSecond float64) string {
	if perSecond < 1 {
		return fmt.Sprintf("%.0f/min", perSecond*60)
	}
	return fmt.Sprintf("%.0f/s", perSecond)
}

func (t *task) drawn() string {
	if t.total <= 0 {
		return ""
	}
	full := min(t.done*barCells/t.total, barCells)
	return "▕" + strings.Repeat("█", full) + strings.Repeat(" ", barCells-full) + "▏"
}

func waiting(d time.Duration) string {
	return "waiting " + atLeastASecond(d) + " for the rate limit"
}

// atLeastASecond formats a duration in whole seconds: 1s, 1m20s, 15m.
func atLeastASecond(d time.Duration) string {
	text := max(d.Round(time.Second), time.Second).String()
	if minutes, ok := strings.CutSuffix(text, "m0s"); ok {
		return minutes + "m"
	}
	return text
}
