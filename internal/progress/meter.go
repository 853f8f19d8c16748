// Package progress shows the progress of a run. Its lines and those that others write through
// it never mix. On a terminal it redraws one line and clears it at the end; elsewhere it logs a
// line every ten seconds. It shows nothing for a short run.
package progress

import (
	"fmt"
	"io"
	"sync"
	"time"

	"clusterctl/internal/crash"
)

const (
	// patience is how long a run takes before it shows progress.
	patience = time.Second
	// redrawEvery is for a terminal, logEvery for a log.
	redrawEvery = 200 * time.Millisecond
	logEvery    = 10 * time.Second

	// clearLine moves to the beginning of the line and clears it.
	clearLine = "\r\x1b[K"
)

// Options configure a meter.
type Options struct {
	// Out is also for those who write through the meter.
	Out io.Writer
	Now func() time.Time
	// Columns returns the current width of the terminal; nil if there is none.
	Columns func() int
	// Log logs a line if there is no terminal. wait is the length of a wait, or 0. If Log is
	// nil, lines are written to Out.
	Log func(line string, wait time.Duration)
	// Quiet shows only what others write through the meter.
	Quiet bool
}

// Meter shows one task at a time. It is safe for concurrent use.
type Meter struct {
	options Options

	mu        sync.Mutex
	task      *task     // nil if no task is running
	since     time.Time // the start of the first task
	shown     bool      // whether a line is on the terminal
	waitsTill time.Time // for the rate limit
	ended     chan struct{}
	stopped   chan struct{}
}

// New returns a meter, which shows nothing before Begin.
func New(o Options) *Meter { return &Meter{options: o} }

// Begin begins a task, such as reading 1001 clusters, and ends the current one. total is
// negative if it is unknown.
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

// Advance adds n to what is done.
func (m *Meter) Advance(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.task != nil {
		m.task.done += n
	}
}

// Waiting notes that no request can be sent for d. It logs a wait once, however many requests
// wait.
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

// End ends the task, if any, and clears the terminal line.
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

// Write writes whole lines above the progress line.
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

// start shows the task until it ends. A panic must not end the run: it is reported, and
// progress stops.
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

// show draws the line, or logs it without a terminal.
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
