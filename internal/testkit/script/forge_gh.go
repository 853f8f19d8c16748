package script

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/itchyny/gojq"
)

// ghMain is a stand-in for gh with the commands that examples/ci/github uses.
func ghMain() {
	tool(func(f *forge, args []string) error {
		switch {
		case len(args) > 0 && args[0] == "api":
			return f.ghAPI(args[1:])
		case len(args) > 1 && args[0] == "run" && args[1] == "list":
			return f.ghRunList(args[2:])
		case len(args) > 2 && args[0] == "run" && args[1] == "download":
			return f.ghRunDownload(args[2], args[3:])
		}
		return fmt.Errorf("unknown command %q", args)
	})
}

// ghCall is one call of gh api.
type ghCall struct {
	method, path, query string
	silent              bool
	fields              map[string]string
}

func parseGHCall(args []string) (ghCall, error) {
	c := ghCall{fields: map[string]string{}}
	flags := flag.NewFlagSet("gh api", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&c.method, "method", "GET", "")
	flags.StringVar(&c.query, "jq", "", "")
	flags.BoolVar(&c.silent, "silent", false, "")
	flags.Bool("paginate", false, "")
	field := func(text string) error {
		name, value, err := fieldOf(text)
		c.fields[name] = value
		return err
	}
	flags.Func("F", "", field)
	flags.Func("f", "", func(text string) error {
		name, value, _ := strings.Cut(text, "=")
		c.fields[name] = value
		return nil
	})
	var paths []string
	for rest := args; len(rest) > 0; {
		if err := flags.Parse(rest); err != nil {
			return c, err
		}
		if rest = flags.Args(); len(rest) > 0 {
			paths, rest = append(paths, rest[0]), rest[1:]
		}
	}
	if len(paths) != 1 {
		return c, fmt.Errorf("one path, not %q", paths)
	}
	path, _, _ := strings.Cut(paths[0], "?")
	after, ok := strings.CutPrefix(path, "repos/acme/clusters/")
	if !ok {
		return c, fmt.Errorf("404: %s", path)
	}
	c.path = after
	return c, nil
}

func (f *forge) ghAPI(args []string) error {
	c, err := parseGHCall(args)
	if err != nil {
		return err
	}
	if os.Getenv("GH_TOKEN") == "" {
		return fmt.Errorf("401: no GH_TOKEN")
	}
	answer, err := f.ghAnswer(c)
	if err != nil || c.silent {
		return err
	}
	return printQuery(c.query, answer, true, nil, nil)
}

func (f *forge) ghAnswer(c ghCall) (any, error) {
	parts := strings.Split(c.path, "/")
	switch {
	case c.method == "GET" && len(parts) == 3 && parts[0] == "issues" && parts[2] == "comments":
		return ghNotes(f.Comments, parts[1]), nil
	case c.method == "POST" && len(parts) == 3 && parts[0] == "issues" && parts[2] == "comments":
		f.Comments = add(f.Comments, note{On: parts[1], Author: bot, Body: c.fields["body"]})
		return map[string]any{}, nil
	case c.method == "PATCH" && len(parts) == 3 && parts[1] == "comments":
		return map[string]any{}, change(f.Comments, parts[2], bot, c.fields)
	case c.method == "GET" && c.path == "issues":
		return ghNotes(f.Issues, ""), nil
	case c.method == "POST" && c.path == "issues":
		f.Issues = add(f.Issues, note{Author: bot, Title: c.fields["title"], Body: c.fields["body"], State: "open"})
		return map[string]any{}, nil
	case c.method == "PATCH" && len(parts) == 2 && parts[0] == "issues":
		return map[string]any{}, change(f.Issues, parts[1], bot, c.fields)
	case c.method == "GET" && len(parts) == 3 && parts[0] == "commits" && parts[2] == "pulls":
		return f.ghPulls(parts[1]), nil
	}
	return nil, fmt.Errorf("404: %s %s", c.method, c.path)
}

// ghNotes returns comments or open issues.
func ghNotes(notes []*note, on string) []any {
	all := []any{}
	for _, n := range notes {
		if n.On == on && n.State != "closed" {
			all = append(all, map[string]any{"id": n.ID, "number": n.ID, "body": n.Body, "user": map[string]any{"login": n.Author}})
		}
	}
	return all
}

func (f *forge) ghPulls(commit string) []any {
	all := []any{map[string]any{"number": 1, "merged_at": nil, "head": map[string]any{"sha": "of another one"}}}
	for _, p := range f.Pulls {
		if p.MergedAs == commit {
			all = append(all, map[string]any{"number": p.Number, "merged_at": "2026-11-22T12:00:00Z", "head": map[string]any{"sha": p.Head}})
		}
	}
	return all
}

// ghFlags returns the values of the flags. Every flag has a value.
func ghFlags(args []string) map[string]string {
	values := map[string]string{}
	for i := 0; i+1 < len(args); i += 2 {
		values[args[i]] = args[i+1]
	}
	return values
}

func (f *forge) ghRunList(args []string) error {
	flags := ghFlags(args)
	runs := []any{}
	for _, r := range f.Runs {
		if r.Commit == flags["--commit"] && flags["--workflow"] == "plan.yml" && flags["--status"] == "success" {
			runs = append(runs, map[string]any{"databaseId": r.ID})
		}
	}
	return printQuery(flags["--jq"], runs, true, nil, nil)
}

// ghRunDownload copies an artifact of a run into the directory.
func (f *forge) ghRunDownload(id string, args []string) error {
	if len(f.Runs) == 0 || strconv.Itoa(f.Runs[0].ID) != id {
		return fmt.Errorf("404: no run %s", id)
	}
	artifact := filepath.Join(os.Getenv("ARTIFACTS"), ghFlags(args)["--name"])
	return os.CopyFS(".", os.DirFS(artifact))
}

// printQuery prints the result of a jq query, like jq and gh.
func printQuery(query string, value any, raw bool, names []string, values []any) error {
	parsed, err := gojq.Parse(query)
	if err != nil {
		return err
	}
	code, err := gojq.Compile(parsed, gojq.WithEnvironLoader(os.Environ), gojq.WithVariables(names))
	if err != nil {
		return err
	}
	for results := code.Run(value, values...); ; {
		result, ok := results.Next()
		if !ok {
			return nil
		}
		if err, failed := result.(error); failed {
			return err
		}
		text, isText := result.(string)
		if !raw || !isText {
			encoded, err := gojq.Marshal(result)
			if err != nil {
				return err
			}
			text = string(encoded)
		}
		if _, err := fmt.Fprintln(os.Stdout, text); err != nil {
			return err
		}
	}
}
