// Package terminal draws what a program prints as a picture of a terminal. The same
// text gives the same bytes, on every machine.
package terminal

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// The size of a character and of the frame around all of them, in pixels. A run
// of characters is stretched to its width, so any monospaced font will do.
const (
	charWidth  = 8.0
	lineHeight = 20
	margin     = 18
	titleBar   = 36
)

// SVG draws a text, with the ANSI colours in it, in a window with a title. Lines are
// broken after a number of columns, as a terminal does.
func SVG(title, text string, columns int) string {
	var lines [][]run
	for line := range strings.Lines(text) {
		lines = append(lines, broken(runsOf(strings.TrimSuffix(line, "\n")), columns)...)
	}
	width := 2*margin + int(charWidth*float64(columns))
	height := titleBar + len(lines)*lineHeight + margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, "<title>%s</title>\n%s", escape(title), style)
	fmt.Fprintf(&b, `<rect class="window" width="%d" height="%d" rx="8"/>`+"\n", width, height)
	for i, class := range []string{"red", "yellow", "green"} {
		fmt.Fprintf(&b, `<circle class="%s" cx="%d" cy="18" r="6"/>`+"\n", class, margin+6+20*i)
	}
	for i, line := range lines {
		draw(&b, line, titleBar+(i+1)*lineHeight-6)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

const style = `<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; fill: #e6edf3; white-space: pre; }
.window { fill: #0d1117; stroke: #30363d; }
.prompt { font-weight: bold; }
.red { fill: #ff7b72; }
.green { fill: #56d364; }
.yellow { fill: #e3b341; }
</style>
`

// run is characters of one look.
type run struct{ class, text string }

func (r run) columns() int { return utf8.RuneCountInString(r.text) }

// prompt is what a line begins with that a person typed.
const prompt = "$ "

// runsOf takes a line apart at its escape sequences.
func runsOf(line string) (runs []run) {
	class := ""
	if strings.HasPrefix(line, prompt) {
		class = "prompt"
	}
	sequence := regexp.MustCompile("\x1b\\[([0-9]*)m")
	for {
		at := sequence.FindStringSubmatchIndex(line)
		if at == nil {
			return appendRun(runs, run{class, line})
		}
		runs = appendRun(runs, run{class, line[:at[0]]})
		class = map[string]string{"31": "red", "32": "green", "33": "yellow"}[line[at[2]:at[3]]]
		line = line[at[1]:]
	}
}

func appendRun(runs []run, r run) []run {
	if r.text == "" {
		return runs
	}
	return append(runs, r)
}

// broken breaks a line that is longer than a number of columns.
func broken(line []run, columns int) [][]run {
	lines, left := [][]run{nil}, columns
	for _, r := range line {
		text := []rune(r.text)
		for len(text) > left {
			last := len(lines) - 1
			lines[last] = appendRun(lines[last], run{r.class, string(text[:left])})
			lines, text, left = append(lines, nil), text[left:], columns
		}
		last := len(lines) - 1
		lines[last] = append(lines[last], run{r.class, string(text)})
		left -= len(text)
	}
	return lines
}

// draw draws a line on its base line.
func draw(b *strings.Builder, line []run, y int) {
	column := 0
	for _, r := range line {
		text := strings.TrimRight(r.text, " ")
		shown := strings.TrimLeft(text, " ")
		if shown != "" {
			x := margin + charWidth*float64(column+len(text)-len(shown))
			class := ""
			if r.class != "" {
				class = fmt.Sprintf(` class="%s"`, r.class)
			}
			fmt.Fprintf(b, `<text%s xml:space="preserve" x="%g" y="%d" textLength="%g">%s</text>`+"\n",
				class, x, y, charWidth*float64(utf8.RuneCountInString(shown)), escape(shown))
		}
		column += r.columns()
	}
}

func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}
