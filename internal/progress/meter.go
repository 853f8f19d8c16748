// Package progress shows how far a run has come. It keeps one invariant: what it
// writes and what others write through it never share a line. On a terminal it
// redraws one line and clears it at the end; elsewhere it logs a line every ten
// seconds. Of a short run it shows nothing.
package progress

import (
	"fmt"
	"io"
	"sync"
	"time"

	"clusterctl/internal/crash"
)

const (
	// patience is how long a run shows nothing.
	patience = time.Second
	// redrawEvery and logEvery are for a terminal and a log.
	redrawEvery = 200 * time.Millisecond
	logEvery    = 10 * time.Second

	// clearLine goes to the beginning of a terminal's line and empties it.
	clearLine = "\r\x1b[K"
)

// Options say where and what a meter shows.
type Options struct {
	// Out is shared with those who write through the meter.
	Out io.Writer
	Now func() time.Time
	// Columns is the current width of the terminal; nil if there is none.
	Columns func() int
	// Log logs a line if there is no terminal. wait is the length of the wait that
	// it is about, or 0. If Log is nil, lines are written to Out.
	Log func(line string, wait time.Duration)
	// Quiet shows nothing but what is written through the meter.
	Quiet bool
}

// Meter shows one task at a time. It is safe for concurrent use.
type Meter struct {
	options Options

	mu        sync.Mutex
	task      *task     // nil: nothing is under way
	since     time.Time // the begin of the first task
	shown     bool      // a line is on the terminal
	waitsTill time.Time // for the rate limit
	ended     chan struct{}
	stopped   chan struct{}
}

// New makes a meter that shows nothing before Begin.
func New(o Options) *Meter { return &Meter{options: o} }

// Begin begins a task, such as reading 1001 clusters, in place of the current
// one. total is negative if it is not known.
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

// Waiting notes that nothing can be sent for so long. It logs a wait once,
// however many requests wait.
func (m *Meter) Waiting(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.options.Now()
	if m.options.Quiet || d.Round(time.Second) < time.Second || !now.After(m.waitsTill) {
		return
	}
	m.waitsTill = now.Add(d)
	if m.task == nil || m.options.Columns == nil {
		m.log(waiting(d), d)
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
		_ = crash.Catch(func() error { // logging may have caused the panic
			m.log(err.Error(), 0)
			return nil
		})
	})
}

func (m *Meter) keepShowing(ended <-chan struct{}, stopped chan<- struct{}) {
	defer close(stopped)
	every := redrawEvery
	if m.options.Columns == nil {
		every = logEvery
	}
	ticks := time.Tick(every)
	for {
		select {
		case <-ended:
			return
		case <-ticks:
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

// show draws the line, or logs it if there is no terminal.
func (m *Meter) show() {
	now := m.options.Now()
	if m.options.Columns == nil {
		m.log(m.task.line(now), 0)
		return
	}
	_, _ = io.WriteString(m.options.Out, clearLine+m.task.bar(now, m.waitsTill, m.options.Columns()))
	m.shown = true
}

func (m *Meter) log(line string, wait time.Duration) {
	if m.options.Log != nil {
		m.options.Log(line, wait)
		return
	}
	_, _ = fmt.Fprintln(m.options.Out, line) // there is nowhere to report the error
}

func (m *Meter) clear() {
	if m.shown {
		_, _ = io.WriteString(m.options.Out, clearLine) // there is nowhere to report the error
		m.shown = false
	}
}
