package cli

import (
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The scripts that have a shell ask completeCommand what could come next. They
// hold no list of their own, so that none can grow old.
//
//go:embed completion
var completionScripts embed.FS

// shells are those that there is a script for.
func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

// CompletionCommand prints the script of a shell.
func CompletionCommand(stdout io.Writer) *Command {
	return &Command{
		Name:      "completion",
		Usage:     "print the script that has a shell complete command lines",
		ArgsUsage: strings.Join(shells(), "|"),
		Description: "Completes commands, flags, values, files, and the names of clusters from the\n" +
			"files that the command line names (else clusters.yaml). It asks no tenant.\n\n" +
			"Examples:\n" +
			"   clusterctl completion bash >~/.local/share/bash-completion/completions/clusterctl\n" +
			"   clusterctl completion zsh >~/.zsh/completions/_clusterctl  # it is in $fpath\n" +
			"   clusterctl completion fish >~/.config/fish/completions/clusterctl.fish\n" +
			"   clusterctl completion powershell >>$PROFILE",
		Action: func(c *Context) error { return writeCompletion(stdout, c.Args().First()) },
	}
}

func writeCompletion(w io.Writer, shell string) error {
	if !slices.Contains(shells(), shell) {
		return fmt.Errorf("completion %q: not one of %s", shell, strings.Join(shells(), ", "))
	}
	script, err := completionScripts.ReadFile("completion/clusterctl." + shell)
	if err != nil {
		return err
	}
	_, err = w.Write(script)
	return err
}

// completeCommand answers the scripts: what could the last of these words be? An
// empty word is one that is still to begin; where a shell cannot pass an empty
// one, --new stands for it.
//
// The first line of the answer tells what the shell has to add. After : it is
// nothing, after :files PREFIX and :directories PREFIX the paths that may follow
// that beginning of the word. Each line behind it is a word, and after a tab
// what it is for.
//
// Nothing that goes wrong is told: somebody is in the middle of a line.
func (p *Program) completeCommand() *Command {
	return &Command{
		Name:     "__complete",
		HideHelp: true,
		Hidden:   true,
		Flags:    []Flag{&BoolFlag{Name: "new"}},
		Action: func(c *Context) error {
			words := c.Args().Slice()
			if c.Bool("new") {
				words = append(words, "")
			}
			p.complete(c.Context, words).write(p.Stdout)
			return nil
		},
	}
}

// completion is what could come next.
type completion struct {
	words []suggestion
	// paths is what paths could come next beside the words.
	paths Paths
	// behind is what of the last word stands before the path.
	behind string
}

type suggestion struct{ word, purpose string }

// Paths are those that a shell is to complete.
type Paths string

// What a shell completes beside words.
const (
	NoPaths     Paths = ""
	Files       Paths = "files"
	Directories Paths = "directories"
)

func (c completion) write(w io.Writer) {
	first := ":" + string(c.paths)
	if c.paths != NoPaths && c.behind != "" {
		first += " " + c.behind
	}
	fmt.Fprintln(w, first)
	for _, s := range c.words {
		fmt.Fprintln(w, strings.TrimSuffix(s.word+"\t"+s.purpose, "\t"))
	}
}

// startingWith leaves out the words that do not begin so, and those that would
// not be one line to a shell and harmless on a terminal.
func (c completion) startingWith(begun string) completion {
	c.words = slices.DeleteFunc(c.words, func(s suggestion) bool {
		return s.word == "" || !strings.HasPrefix(s.word, begun) || strings.ContainsFunc(s.word, isUnprintable)
	})
	return c
}

// after puts a beginning in front of all words and paths.
func (c completion) after(beginning string) completion {
	for i := range c.words {
		c.words[i].word = beginning + c.words[i].word
	}
	c.behind = beginning + c.behind
	return c
}
