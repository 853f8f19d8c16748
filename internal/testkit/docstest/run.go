package docstest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Shell is where a page is run.
type Shell struct {
	// Dir is the directory that the page starts in.
	Dir string
	// Env is all of the environment, as os/exec has it.
	Env []string
	// Replace takes what a page says for what holds in this shell, such as
	// an address; nil replaces nothing.
	Replace *strings.Replacer
}

// Run runs a page, and tells the first block that is not as the page says.
func (s Shell) Run(ctx context.Context, p Page) (err error) {
	notes, err := os.MkdirTemp("", "docstest-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(notes)) }()
	r := running{page: s.replaced(p), notes: notes}
	if err := r.prepare(); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "sh", r.note("page")) //nolint:gosec // the pages are our own
	cmd.Dir, cmd.Env = s.Dir, s.Env
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	said, err := cmd.CombinedOutput()
	return r.judge(said, err)
}

// replaced is a page as it holds in this shell.
func (s Shell) replaced(p Page) Page {
	if s.Replace == nil {
		return p
	}
	blocks := make([]Block, 0, len(p.Blocks))
	for _, b := range p.Blocks {
		b.Text = s.Replace.Replace(b.Text)
		if b.Output != nil {
			b.Output = new(s.Replace.Replace(*b.Output))
		}
		blocks = append(blocks, b)
	}
	return Page{Name: p.Name, Blocks: blocks}
}

// running is a page and the directory in which its shell notes how far it came:
// for each block its text, what it wrote, and the code that it exited with.
type running struct {
	page  Page
	notes string
}

func (r running) note(name string) string { return filepath.Join(r.notes, name) }

// prepare writes the blocks, and a script that runs one after the other.
func (r running) prepare() error {
	var script strings.Builder
	script.WriteString("set -e\ntrap 'kill $docstest_jobs 2>/dev/null || :; wait' EXIT\ntrap 'exit 143' TERM\n")
	for i, b := range r.page.Blocks {
		text := b.Text
		if b.Background {
			text = "exec " + text // so that ending it ends the command itself
		}
		if err := os.WriteFile(r.note(fmt.Sprint(i, ".text")), []byte(text), 0o600); err != nil {
			return err
		}
		script.WriteString(r.steps(b, quoted(r.note(strconv.Itoa(i)))))
	}
	return os.WriteFile(r.note("page"), []byte(script.String()), 0o600)
}

// steps are the lines of the script for one block, whose notes begin with that.
func (r running) steps(b Block, note string) string {
	switch {
	case b.File != "":
		return fmt.Sprintf("cat %s.text >%s 2>%[1]s.out\necho 0 >%[1]s.code\n", note, quoted(b.File))
	case b.Background:
		// Once it has written a line it is ready; what it reads from stays open.
		return fmt.Sprintf("mkfifo %[1]s.fifo\n(. %[1]s.text) >%[1]s.fifo 2>%[1]s.err &\ndocstest_jobs=\"$docstest_jobs $!\"\n"+
			"exec 9<%[1]s.fifo\nhead -n 1 <&9 >%[1]s.out\ntest -s %[1]s.out\necho 0 >%[1]s.code\n", note)
	case b.Exit != 0:
		return fmt.Sprintf("set +e\n. %[1]s.text >%[1]s.out 2>&1\necho $? >%[1]s.code\nset -e\ntest \"$(cat %[1]s.code)\" = %[2]d\n", note, b.Exit)
	default:
		return fmt.Sprintf(". %[1]s.text >%[1]s.out 2>&1\necho 0 >%[1]s.code\n", note)
	}
}

func quoted(path string) string { return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'" }

// judge holds what the shell noted against the page.
func (r running) judge(said []byte, ended error) error {
	for i, b := range r.page.Blocks {
		out, _ := os.ReadFile(r.note(fmt.Sprint(i, ".out"))) // one that never began wrote nothing
		code, err := os.ReadFile(r.note(fmt.Sprint(i, ".code")))
		switch told := strings.TrimSpace(string(code)); {
		case err != nil:
			return r.fault(b, fmt.Sprintf("failed (%v)", ended), string(out)+string(said))
		case told != strconv.Itoa(b.Exit):
			return r.fault(b, fmt.Sprintf("exited with %s, not with %d", told, b.Exit), string(out))
		case b.Output != nil && !Matches(*b.Output, string(out)):
			return r.fault(b, "does not write what the page tells:\n"+*b.Output+"\nbut", string(out))
		}
	}
	return ended
}

func (r running) fault(b Block, what, out string) error {
	return fmt.Errorf("%s:%d: this block %s:\n%s\nthe block:\n%s", r.page.Name, b.Line, what, out, b.Text)
}
