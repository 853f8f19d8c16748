package command

import (
	"strings"
	"testing"
)

func TestRoff(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":              "plain",
		"--out FILE":         `\-\-out FILE`,
		".TH at the front":   `\&.TH at the front`,
		"'quoted'":           `\&'quoted'`,
		`a \ line \`:         `a \e line \e`,
		"sha256:… → another": `sha256:\&... \(-> another`,
	} {
		if got := roff(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestManPages holds that no line of a page is a request that was not meant, and
// that every flag has its place.
func TestManPages(t *testing.T) {
	t.Parallel()
	app := newApp(env{})
	pages := map[string]string{"clusterctl": programPage(app)}
	for _, command := range app.VisibleCommands() {
		m := manualOf(command)
		pages[command.Name] = commandPage(m)
		for _, section := range m.sections {
			for _, f := range section.flags {
				if !strings.Contains(pages[command.Name], "\n.TP\n\\fB"+roff(f.spelled)+"\\fR\n") {
					t.Errorf("%s: no place for %s", command.Name, f.spelled)
				}
			}
		}
	}
	const meant = " .TH .nh .SH .SS .TP .PP .BR .nf .fi "
	for name, page := range pages {
		for line := range strings.Lines(page) {
			request, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			if strings.HasPrefix(line, "'") || strings.HasPrefix(line, ".") && !strings.Contains(meant, " "+request+" ") {
				t.Errorf("%s: a request that was not meant: %s", name, line)
			}
		}
	}
}
