// Package docstest runs a page of the documentation as a reader would: all of
// its shell blocks, in order, in one shell. It keeps one invariant: every shell
// block runs, or the page says why it does not.
//
// A block fenced as sh runs, and each of its commands must succeed. A block of text,
// or one without a language, is the output of the shell block before it, of both
// streams, if there are only blank lines between them: see Matches. A comment on the
// line above a fence, which readers do not see, changes that:
//
//	<!-- test: exit 2 -->              the last command of the block exits with 2
//	<!-- test: skip REASON -->         the block does not run, or is not compared
//	<!-- test: background -->          the block is one command. Once it has written a
//	                                   line, it runs while the rest of the page runs
//	<!-- test: file clusters.yaml -->  the block, in any language, becomes that file
//	<!-- test: output -->              the block is the output of the last block that
//	                                   ran, whatever is between them
//
// To show the output of commands but not the commands, put them into the comment
// above the block of output. Without a code they must exit with 0. A comment that
// starts with "run" has commands without output:
//
//	<!-- test: prints 4
//	clusterctl apply plan.json
//	-->
//
// Such commands may start processes themselves. Add their ids to $docstest_jobs, so that
// they end with the page.
//
// Shell.Update rewrites the blocks of output, and fills those that are empty.
package docstest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Page is a page with its blocks that run or become files.
type Page struct {
	Name   string
	Blocks []Block

	lines []string
}

// Block is a block that runs or becomes a file.
type Block struct {
	// Line is the line number of the first line in the fence.
	Line int
	Text string
	// File is the path to write the text to. If it is empty, the block runs.
	File       string
	Background bool
	// Exit is the exit code of the last command.
	Exit int
	// Output is what the block writes, or nil if the page does not show it.
	Output *string
	// OutputLine is the line number of the first line of the output.
	OutputLine int
}

// Parse finds the blocks of a page. It returns an error for what it does not
// understand, because an ignored block would be an untested one.
func Parse(name, text string) (Page, error) {
	lines := strings.Split(text, "\n")
	p := parser{page: Page{Name: name, lines: lines}, lines: lines}
	for p.at < len(p.lines) {
		if err := p.step(); err != nil {
			return Page{}, fmt.Errorf("%s:%d: %w", name, p.at+1, err)
		}
	}
	return p.page, nil
}

type parser struct {
	page  Page
	lines []string
	at    int // the current line

	mark     string // the comment on the line before
	hidden   string // the commands in that comment
	runsLast bool   // only blank lines since a block that runs
}

const (
	markStart = "<!-- test: "
	markEnd   = " -->"
	fence     = "```"
	shell     = "sh"
)

// step reads one line, block or comment.
func (p *parser) step() error {
	line := strings.TrimSpace(p.lines[p.at])
	switch {
	case strings.HasPrefix(line, fence):
		return p.block(strings.TrimPrefix(line, fence))
	case p.mark != "":
		return fmt.Errorf("the comment %q is not right above a block", p.mark)
	case strings.HasPrefix(line, markStart) && strings.HasSuffix(line, markEnd):
		p.mark = strings.TrimSuffix(strings.TrimPrefix(line, markStart), markEnd)
	case strings.HasPrefix(line, markStart):
		return p.commands(strings.TrimPrefix(line, markStart))
	case line != "":
		p.runsLast = false
	}
	p.at++
	return nil
}

// commands reads a comment that holds commands.
func (p *parser) commands(mark string) error {
	end := slices.IndexFunc(p.lines[p.at:], func(line string) bool { return strings.TrimSpace(line) == strings.TrimSpace(markEnd) })
	if end < 0 {
		return errors.New("the comment has no end")
	}
	text := strings.Join(p.lines[p.at+1:p.at+end], "\n") + "\n"
	switch word, _, _ := strings.Cut(mark, " "); {
	case mark == "run":
		p.page.Blocks = append(p.page.Blocks, Block{Line: p.at + 2, Text: text})
	case word == "prints":
		p.mark, p.hidden = mark, text
	default:
		return fmt.Errorf("unknown comment %q with commands (use run or prints CODE)", mark)
	}
	p.runsLast = false
	p.at += end + 1
	return nil
}

// block reads a fenced block.
func (p *parser) block(language string) error {
	text, err := p.fenced()
	if err != nil {
		return err
	}
	b := Block{Line: p.at + 2, Text: text}
	runs := language == shell
	output := -1 // the index of the block that writes this
	switch {
	case p.hidden != "":
		if err := p.printed(b); err != nil {
			return err
		}
		runs, output = false, len(p.page.Blocks)-1
	case p.mark == "output":
		if output = p.lastRun(); output < 0 {
			return errors.New("no block runs before this output")
		}
		runs = false
	case p.mark != "":
		if runs, err = b.heed(p.mark, runs); err != nil {
			return err
		}
	case p.runsLast && (language == "" || language == "text"):
		output = p.lastRun()
	}
	switch {
	case runs || b.File != "":
		p.page.Blocks = append(p.page.Blocks, b)
	case output >= 0:
		p.page.Blocks[output].Output, p.page.Blocks[output].OutputLine = &text, b.Line
	}
	p.runsLast = runs && !b.Background
	p.mark = ""
	p.at += 2 + strings.Count(text, "\n")
	return nil
}

// printed adds the commands of the comment above a block of output.
func (p *parser) printed(output Block) error {
	b := Block{Line: output.Line - 1 - strings.Count(p.hidden, "\n") - 1, Text: p.hidden}
	if _, code, ok := strings.Cut(p.mark, " "); ok {
		var err error
		if b.Exit, err = strconv.Atoi(code); err != nil {
			return err
		}
	}
	p.page.Blocks = append(p.page.Blocks, b)
	p.hidden = ""
	return nil
}

// lastRun returns the index of the last block so far that runs in the foreground, or -1.
func (p *parser) lastRun() int {
	for i, b := range slices.Backward(p.page.Blocks) {
		if b.File == "" && !b.Background {
			return i
		}
	}
	return -1
}

// heed applies a comment to a block, and reports whether the block runs.
func (b *Block) heed(mark string, runs bool) (bool, error) {
	switch word, argument, _ := strings.Cut(mark, " "); {
	case word == "skip" && argument != "":
		return false, nil
	case word == "file" && argument != "":
		b.File = argument
		return false, nil
	case mark == "background" && runs:
		b.Background = true
		return true, nil
	case word == "exit" && runs:
		var err error
		b.Exit, err = strconv.Atoi(argument)
		return true, err
	default:
		return false, fmt.Errorf("unknown comment %q for this block (use exit CODE, skip REASON, background, file PATH or output)", mark)
	}
}

// fenced returns the text of the block that begins at this line, without the
// indentation of its fence.
func (p *parser) fenced() (string, error) {
	opening := p.lines[p.at]
	indent := opening[:len(opening)-len(strings.TrimLeft(opening, " "))]
	var text strings.Builder
	for _, line := range p.lines[p.at+1:] {
		if strings.TrimSpace(line) == fence {
			return text.String(), nil
		}
		text.WriteString(strings.TrimPrefix(line, indent) + "\n")
	}
	return "", errors.New("the block has no end")
}
