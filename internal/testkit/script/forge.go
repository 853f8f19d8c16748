package script

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// forge imitates GitHub or GitLab as far as the pipelines of examples/ci use them. Its state is a
// file, since each gh and each curl is a separate process.
type forge struct {
	// Calls are the command lines, so that a script can check that none contains a secret.
	Calls    []string  `json:"calls"`
	Comments []*note   `json:"comments"`
	Issues   []*note   `json:"issues"`
	Pulls    []pull    `json:"pulls"`
	Runs     []planRun `json:"runs"`
	Pushed   string    `json:"pushed,omitempty"` // metrics
}

// note is a comment or an issue.
type note struct {
	ID     int    `json:"id"`
	On     string `json:"on,omitempty"` // what the comment belongs to
	Author string `json:"author"`
	Title  string `json:"title,omitempty"`
	Body   string `json:"body"`
	State  string `json:"state,omitempty"`
}

// pull is a pull request that was merged as a commit.
type pull struct {
	Number   int    `json:"number"`
	Head     string `json:"head"`
	MergedAs string `json:"mergedAs"`
}

// planRun is a run of plan.yml that succeeded.
type planRun struct {
	ID     int    `json:"id"`
	Commit string `json:"commit"`
}

// bot is the user of a workflow's token.
const bot = "github-actions[bot]"

func loadForge() (*forge, error) {
	data, err := os.ReadFile(os.Getenv("FORGE"))
	if err != nil {
		return nil, err
	}
	f := &forge{}
	if err := json.Unmarshal(data, f); err != nil {
		return nil, err
	}
	f.Calls = append(f.Calls, strings.Join(os.Args, " "))
	return f, nil
}

func (f *forge) save() error {
	var data bytes.Buffer
	encoder := json.NewEncoder(&data)
	encoder.SetEscapeHTML(false) // so that scripts can search it
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(f); err != nil {
		return err
	}
	return os.WriteFile(os.Getenv("FORGE"), data.Bytes(), 0o600)
}

// add appends a note.
func add(notes []*note, n note) []*note {
	n.ID = 100 + len(notes)
	return append(notes, &n)
}

// change changes a note, which must exist and belong to the author.
func change(notes []*note, id, author string, fields map[string]string) error {
	i := slices.IndexFunc(notes, func(n *note) bool { return fmt.Sprint(n.ID) == id })
	if i < 0 {
		return fmt.Errorf("404: no note %s", id)
	}
	if notes[i].Author != author {
		return fmt.Errorf("403: note %s is not of %s", id, author)
	}
	if body, ok := fields["body"]; ok {
		notes[i].Body = body
	}
	if state, ok := fields["state"]; ok {
		notes[i].State = state
	}
	return nil
}

// tool runs the stand-in for a command that uses a forge.
func tool(act func(f *forge, args []string) error) {
	f, err := loadForge()
	if err == nil {
		err = act(f, os.Args[1:])
	}
	if err == nil {
		err = f.save()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %s\n", os.Args[0], err)
		os.Exit(1)
	}
}

// fieldOf reads NAME=VALUE. The value @FILE is the content of that file.
func fieldOf(text string) (name, value string, err error) {
	name, value, _ = strings.Cut(text, "=")
	if path, ok := strings.CutPrefix(value, "@"); ok {
		data, err := os.ReadFile(path)
		return name, string(data), err
	}
	return name, value, nil
}
