// Package progress tells somebody who waits how far a run has come. It keeps
// one invariant: what it writes and what others write through it never share a
// line. On a terminal that is one line, drawn again and again and cleared at
// the end; elsewhere a line every ten seconds. Of a run that is over before
// anybody wonders, nothing is seen.
package progress

import (
	"fmt"
	"io"
	"sync"
	"time"

	"clusterctl/internal/crash"
)

const (
	// patience is how long nobody wonders yet.
	patience = time.Second
	// redrawEvery and tellEvery are how often a terminal and a log are told.
	redrawEvery = 200 * time.Millisecond
	tellEvery   = 10 * time.Second

	// clearLine goes to the beginning of a terminal's line and empties it.
	clearLine = "\r\x1b[K"
)

// Options say where a meter shows what.
type Options struct {
	// Out is shared with whoever writes through the meter.
	Out io.Writer
	Now func() time.Time
	// Columns tells how wide the terminal is by now; nil where there is none.
	Columns func() int
	// Tell is told lines where there is no terminal, and of a wait how long it
	// is; where it is nil they are written to Out.
	Tell func(line string, wait time.Duration)
	// Quiet shows nothing. What is written through the meter passes.
	Quiet bool
}

// Meter shows one task at a time. It is safe for concurrent use.
type Meter struct {
	options Options

	mu        sync.Mutex
	task      *task     // nil: nothing is under way
	since     time.Time // when somebody began to wait
	shown     bool      // a line is on the terminal
	waitsTill time.Time // for the rate limit
	ended     chan struct{}
	stopped   chan struct{}
}

// New makes a meter of which nothing is seen before Begin.
func New(o Options) *Meter { return &Meter{options: o} }

// Begin begins a task, such as reading 1001 clusters, in place of the one that
// was under way. total is negative where it is not known.
func (m *Meter) Begin(verb, noun string, total int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.options.Quiet {
		return
	}
	now := m.options.Now()
	if m.task == nil {
		m.since = now
		m.ended, m.stopped = make(chan struct{}), make(chan struct{})
		m.start(m.ended, m.stopped)
	}
	m.task = &task{verb: verb, noun: noun, total: total, began: now}
}

// Advance notes that n more are done.
func (m *Meter) Advance(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.task != nil {
		m.task.done += n
	}
}

// Waiting notes that for so long nothing can be sent. One wait is told once,
// however many requests wait for it.
func (m *Meter) Waiting(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.options.Now()
	if m.options.Quiet || d.Round(time.Second) < time.Second || !now.After(m.waitsTill) {
		return
	}
	m.waitsTill = now.Add(d)
	if m.task == nil || m.options.Columns == nil {
		m.tell(waiting(d), d)
	}
}

// End ends the task, if one is under way, and leaves nothing on the terminal.
func (m *Meter) End() {
	m.mu.Lock()
	if m.task == nil {
		m.mu.Unlock()
		return
	}
	m.task = nil
	close(m.ended)
	stopped := m.stopped
	m.clear()
	m.mu.Unlock()
	<-stopped
}

// Write writes whole lines above the one that is shown.
func (m *Meter) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	wasShown := m.shown
	m.clear()
	n, err := m.options.Out.Write(p)
	if wasShown {
		m.show()
	}
	return n, err
}

// start shows the task until it has ended. What cannot be shown must not end the
// run that it is about: a panic is reported, and nothing more is shown.
func (m *Meter) start(ended <-chan struct{}, stopped chan<- struct{}) {
	crash.Go(func() { m.keepShowing(ended, stopped) }, func(err error) {
		_ = crash.Catch(func() error { // telling is what may have failed
			m.tell(err.Error(), 0)
			return nil
		})
	})
}

func (m *Meter) keepShowing(ended <-chan struct{}, stopped chan<- struct{}) {
	defer close(stopped)
	every := redrawEvery
	if m.options.Columns == nil {
		every = tellEvery
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ended:
			return
		case <-ticker.C:
			m.tick()
		}
	}
}

func (m *Meter) tick() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.task != nil && m.options.Now().Sub(m.since) >= patience {
		m.show()
	}
}

// show draws the line, or tells it where there is no terminal.
func (m *Meter) show() {
	now := m.options.Now()
	if m.options.Columns == nil {
		m.tell(m.task.line(now), 0)
		return
	}
	_, _ = io.WriteString(m.options.Out, clearLine+m.task.bar(now, m.waitsTill, m.options.Columns()))
	m.shown = true
}

func (m *Meter) tell(line string, wait time.Duration) {
	if m.options.Tell != nil {
		m.options.Tell(line, wait)
		return
	}
	_, _ = fmt.Fprintln(m.options.Out, line) // nobody left to tell
}

func (m *Meter) clear() {
	if m.shown {
		_, _ = io.WriteString(m.options.Out, clearLine) // nobody left to tell
		m.shown = false
	}
}
