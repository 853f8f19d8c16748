package markdown

import (
	"regexp"
	"strings"

	"clusterctl/internal/report"
)

// code returns a text as code. Only there do GitHub and GitLab interpret nothing: no Markdown,
// mentions, issues, labels, commits or emoji.
func (f Format) code(s string) string { return codeSpan(f.Name(s)) }

// codeSpan puts one printable line into a code span, with a fence longer than any within.
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
		pad = " " // Markdown removes one on each side
	}
	return fence + pad + s + pad + fence
}

// aroundWord matches the opening and closing punctuation of a word, which Markdown does not
// interpret, and the text between.
var aroundWord = regexp.MustCompile(`^([("]*)(.*?)([)".,:;?]*)$`)

// plainWord matches a word that neither Markdown nor a forge interprets.
var plainWord = regexp.MustCompile(`^(?:[A-Za-z]+(?:['-][A-Za-z]+)*|[0-9]{1,6})?$`)

// prose returns a message with its plain words unchanged and everything else as code.
func (f Format) prose(s string) string {
	var out strings.Builder
	quoted := "" // words that become one code span
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
