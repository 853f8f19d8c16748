package markdown

import (
	"regexp"
	"strings"

	"clusterctl/internal/report"
)

// code is a text as code, which is the one place where neither Markdown nor what
// GitHub and GitLab add to it (mentions, issues, labels, commits, emoji) reads
// anything into it.
func (f Format) code(s string) string { return codeSpan(f.Name(s)) }

// codeSpan puts one printable line into a code span. Its fence is longer than any
// within.
func codeSpan(s string) string {
	if s == "" {
		return report.None
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	pad := ""
	if edge := s[:1] + s[len(s)-1:]; strings.ContainsAny(edge, "` ") {
		pad = " " // of which a reader takes away one on each side
	}
	return fence + pad + s + pad + fence
}

// aroundWord are a word's opening and closing punctuation, which means nothing to
// anybody, and what is between them.
var aroundWord = regexp.MustCompile(`^([("]*)(.*?)([)".,:;?]*)$`)

// plainWord is a word in which nobody reads anything but a word.
var plainWord = regexp.MustCompile(`^(?:[A-Za-z]+(?:['-][A-Za-z]+)*|[0-9]{1,6})?$`)

// prose is a message: its plain words as they are, and whatever else it quotes as
// code.
func (f Format) prose(s string) string {
	var out strings.Builder
	quoted := "" // risky words that become one piece of code
	for word := range strings.SplitSeq(f.Message(s), " ") {
		parts := aroundWord.FindStringSubmatch(word)
		before, core, after := parts[1], parts[2], parts[3]
		isPlain := plainWord.MatchString(core)
		if quoted != "" && (isPlain || before != "") {
			out.WriteString(codeSpan(quoted) + " ")
			quoted = ""
		}
		switch {
		case isPlain:
			out.WriteString(word + " ")
		case quoted != "":
			quoted += " " + core
		default:
			out.WriteString(before)
			quoted = core
		}
		if quoted != "" && after != "" {
			out.WriteString(codeSpan(quoted) + after + " ")
			quoted = ""
		}
	}
	if quoted != "" {
		out.WriteString(codeSpan(quoted))
	}
	return strings.TrimRight(out.String(), " ")
}
