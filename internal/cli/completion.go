package cli

import (
	"context"
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The scripts ask completeCommand for completions. They contain no lists, which could
// become outdated.
//
//go:embed completion
var completionScripts embed.FS

// CompletionCommand returns the command that prints the completion script of a shell.
func CompletionCommand(stdout io.Writer) *Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &Command{
		Name:      "completion",
		Usage:     "print a shell completion script",
		Arguments: strings.Join(shells, "|"),
		Examples: []string{
			"clusterctl completion bash >~/.local/share/bash-completion/completions/clusterctl",
			"clusterctl completion zsh >~/.zsh/completions/_clusterctl  # a directory in $fpath",
			"clusterctl completion fish >~/.config/fish/completions/clusterctl.fish",
			"clusterctl completion powershell >>$PROFILE",
		},
		Run: func(_ context.Context, l Line) error {
			shell := l.Argument()
			if !slices.Contains(shells, shell) {
				return fmt.Errorf("completion %q: expected %s", shell, oneOf(shells))
			}
			script, err := completionScripts.ReadFile("completion/clusterctl." + shell)
			if err == nil {
				_, err = stdout.Write(script)
			}
			return err
		},
	}
}
