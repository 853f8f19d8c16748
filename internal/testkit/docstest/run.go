package docstest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Shell is the shell that runs a page.
type Shell struct {
	// Dir is the working directory at the start of the page.
	Dir string
	// Env is the whole environment, as in os/exec.
	Env []string
	// Replace maps what a page says, such as an address, to what holds in
	// this shell.
	Replace map[string]string
}

// Run runs a page. The error names the first block that does not do what the
// page says.
func (s Shell) Run(ctx context.Context, p Page) error {
	outputs, err := s.run(ctx, p)
	for i, b := range s.replaced(p).Blocks {
		if i == len(outputs) {
			break // this block did not run
		}
		if b.Output != nil && !Matches(*b.Output, outputs[i]) {
			return fault(p, b, "does not write what the page says:\n"+*b.Output+"\nbut", outputs[i])
		}
	}
	return err
}

// run runs a page, and returns the output of each block that ended with the
// exit code that the page says. The error is about the block after those.
func (s Shell) run(ctx context.Context, p Page) (outputs []string, err error) {
	notes, err := os.MkdirTemp("", "docstest-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(notes)) }()
	r := running{page: s.replaced(p), notes: notes}
	if err := r.prepare(); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "sh", r.note("page")) //nolint:gosec // the pages are our own
	cmd.Dir, cmd.Env = s.Dir, s.Env
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	said, err := cmd.CombinedOutput()
	return r.outputs(said, err)
}

// replaced returns the page with the values of this shell.
func (s Shell) replaced(p Page) Page {
	replacer := replacerOf(s.Replace)
	blocks := make([]Block, 0, len(p.Blocks))
	for _, b := range p.Blocks {
		b.Text = replacer.Replace(b.Text)
		if b.Output != nil {
			b.Output = new(replacer.Replace(*b.Output))
		}
		blocks = append(blocks, b)
	}
	return Page{Name: p.Name, Blocks: blocks}
}

func replacerOf(pairs map[string]string) *strings.Replacer {
	var flat []string
	for _, old := range slices.Sorted(maps.Keys(pairs)) {
		flat = append(flat, old, pairs[old])
	}
	return strings.NewReplacer(flat...)
}

// running is a page, and the directory in which its shell records its progress: the
// text, the output and the exit code of each block.
type running struct {
	page  Page
	notes string
}

func (r running) note(name string) string { return filepath.Join(r.notes, name) }

// prepare writes the blocks, and a script that runs them in order.
func (r running) prepare() error {
	var script strings.Builder
	script.WriteString("set -e\ntrap 'kill $docstest_jobs 2>/dev/null || :; wait' EXIT\ntrap 'exit 143' TERM\n")
	for i, b := range r.page.Blocks {
		text := b.Text
		if b.Background {
			text = "exec " + text // so that a signal reaches the command itself
		}
		if err := os.WriteFile(r.note(fmt.Sprint(i, ".text")), []byte(text), 0o600); err != nil {
			return err
		}
		script.WriteString(r.steps(b, quoted(r.note(strconv.Itoa(i)))))
	}
	return os.WriteFile(r.note("page"), []byte(script.String()), 0o600)
}

// steps returns the lines of the script for one block. note is the prefix of its records.
func (r running) steps(b Block, note string) string {
	switch {
	case b.File != "":
		return fmt.Sprintf("cat %s.text >%s 2>%[1]s.out\necho 0 >%[1]s.code\n", note, quoted(b.File))
	case b.Background:
		// It is ready once it has written a line. Its output stays open.
		return fmt.Sprintf("mkfifo %[1]s.fifo\n(. %[1]s.text) >%[1]s.fifo 2>%[1]s.err &\ndocstest_jobs=\"$docstest_jobs $!\"\n"+
			"exec 9<%[1]s.fifo\nhead -n 1 <&9 >%[1]s.out\ntest -s %[1]s.out\necho 0 >%[1]s.code\n", note)
	case b.Exit != 0:
		return fmt.Sprintf("set +e\n. %[1]s.text >%[1]s.out 2>&1\necho $? >%[1]s.code\nset -e\ntest \"$(cat %[1]s.code)\" = %[2]d\n", note, b.Exit)
	default:
		return fmt.Sprintf(". %[1]s.text >%[1]s.out 2>&1\necho 0 >%[1]s.code\n", note)
	}
}

func quoted(path string) string { return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'" }

// outputs returns what each block wrote, up to the first that failed.
func (r running) outputs(said []byte, ended error) (outputs []string, err error) {
	for i, b := range r.page.Blocks {
		out, _ := os.ReadFile(r.note(fmt.Sprint(i, ".out"))) // missing if the block never began
		code, err := os.ReadFile(r.note(fmt.Sprint(i, ".code")))
		switch exited := strings.TrimSpace(string(code)); {
		case err != nil:
			return outputs, fault(r.page, b, fmt.Sprintf("failed (%v)", ended), string(out)+string(said))
		case exited != strconv.Itoa(b.Exit):
			return outputs, fault(r.page, b, fmt.Sprintf("exited with %s, not with %d", exited, b.Exit), string(out))
		}
		outputs = append(outputs, string(out))
	}
	return outputs, ended
}

func fault(p Page, b Block, what, out string) error {
	return fmt.Errorf("%s:%d: this block %s:\n%s\nthe block:\n%s", p.Name, b.Line, what, out, b.Text)
}
