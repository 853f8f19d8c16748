package command

import (
	"strings"
	"testing"
)

// TestManPages checks that no line of a page is an unintended request, and that every flag
// is listed.
func TestManPages(t *testing.T) {
	t.Parallel()
	app := newApp(env{Env: Env{Getenv: func(string) string { return "" }}})
	pages := app.ManPages()
	for _, command := range app.VisibleCommands() {
		for _, section := range app.SectionsOf(command) {
			for _, f := range section.Flags {
				spelled := strings.ReplaceAll(f.Spelled(), "-", `\-`)
				if !strings.Contains(pages["clusterctl-"+command.Name], "\n.TP\n\\fB"+spelled+"\\fR\n") {
					t.Errorf("%s: no place for %s", command.Name, f.Spelled())
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
