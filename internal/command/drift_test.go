package command

import (
	"os"
	"strings"
	"testing"
)

// TestDriftHowToIsScripted holds that the script for docs/how-to/drift.md runs every
// command of it, on the very files that it shows.
func TestDriftHowToIsScripted(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/how-to/drift.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("../../testdata/script/drift_howto.txtar")
	if err != nil {
		t.Fatal(err)
	}
	commands, files := 0, 0
	for _, block := range strings.Split(string(text), "\n```")[1:] {
		switch kind, body, _ := strings.Cut(block, "\n"); {
		case kind == "yaml", strings.HasPrefix(body, "#!"):
			files++
			if !strings.Contains(string(script), " --\n"+body+"\n") {
				t.Errorf("not a file of the script:\n%s", body)
			}
		case kind == "sh":
			for line := range strings.Lines(body + "\n") {
				commands++
				if !isScripted(string(script), strings.TrimSpace(line)) {
					t.Errorf("not a command of the script: %s", line)
				}
			}
		}
	}
	if commands != 14 || files != 5 {
		t.Errorf("%d commands and %d files, want 14 and 5", commands, files)
	}
}

// isScripted reports whether a script runs a command of a shell.
func isScripted(script, command string) bool {
	if variables, ok := strings.CutPrefix(command, "export "); ok {
		for assignment := range strings.FieldsSeq(variables) {
			if !strings.Contains(script, "\nenv "+assignment+"\n") {
				return false
			}
		}
		return true
	}
	command, _, _ = strings.Cut(command, " >") // a script has its output anyway
	return strings.Contains(script, " "+command+"\n")
}
