// Package docstest runs a page of the documentation as a reader would: all of
// its shell blocks, in their order, in one shell. It keeps one invariant: a
// block of the page is run, or the page says why it is not.
//
// A block that is fenced as sh is run, and has to succeed, command by command.
// Where a block of text, or one without a language, follows with nothing but
// blank lines between, it is what the block before writes, on both streams: see
// Matches. A comment on the line above a fence, which no reader sees, tells what
// else holds:
//
//	<!-- test: exit 2 -->            the last command of the block exits with 2
//	<!-- test: skip REASON -->       it is not run, or not compared
//	<!-- test: background -->        it is one command, which goes on while the
//	                                 rest of the page is run, once it has written a line
//	<!-- test: file clusters.yaml -->   what is in it, in any language, becomes that file
//	<!-- test: output -->            it is what the last block before it that is run
//	                                 writes, whatever stands between
//
// A page that shows what a command prints, but not the command, has the command in
// the comment, on lines of its own. That of the block of output is right above
// it; a comment that starts with "run" has none:
//
//	<!-- test: prints 4              it is what these commands write; the last one
//	clusterctl apply plan.json       exits with 4 (left out: with 0)
//	-->
//
// Shell.Update rewrites the blocks of output; an empty one is filled.
package docstest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Page is what is to be run of a page.
type Page struct {
	Name   string
	Blocks []Block

	lines []string
}

// Block is one block of a page that does something.
type Block struct {
	// Line is that of the block's first line.
	Line int
	Text string
	// File is the path that the text is written to; empty, it is run.
	File       string
	Background bool
	// Exit is the code that the last command of the block exits with.
	Exit int
	// Output is what it writes; nil, the page does not say.
	Output *string
	// OutputLine is the first line of the block that holds the output.
	OutputLine int
}

// Parse finds the blocks of a page. What it cannot make sense of is an error:
// a block that is passed over would be one that nobody tests.
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
	at    int // the line that is looked at

	mark     string // of the line before
	hidden   string // the commands in that comment
	runsLast bool   // nothing but blank lines since a block that is run
}

const (
	markStart = "<!-- test: "
	markEnd   = " -->"
	fence     = "```"
	shell     = "sh"
)

// step reads what begins at a line.
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
		return fmt.Errorf("the comment %q holds commands (run, or prints CODE)", mark)
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
	output := -1 // the block that writes this
	switch {
	case p.hidden != "":
		if err := p.printed(b); err != nil {
			return err
		}
		runs, output = false, len(p.page.Blocks)-1
	case p.mark == "output":
		if output = p.lastRun(); output < 0 {
			return errors.New("nothing that is run is before this output")
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

// lastRun finds the last block so far that is run and ends, or -1.
func (p *parser) lastRun() int {
	for i, b := range slices.Backward(p.page.Blocks) {
		if b.File == "" && !b.Background {
			return i
		}
	}
	return -1
}

// heed does what a comment says of a block, and tells whether that is run.
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
		return false, fmt.Errorf("the comment %q says nothing of this block (exit CODE, skip REASON, background, file PATH, output)", mark)
	}
}

// fenced is what is in the block that begins at this line, without the
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
