package script

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// me is the user id of the token of GitLab's pipelines.
const me = "7"

// curlCall is one call of curl.
type curlCall struct {
	method, url string
	fields      map[string]string
	config      string // the configuration that it read
}

// curlMain is a stand-in for curl with the flags that examples/ci uses.
func curlMain() {
	tool(func(f *forge, args []string) error {
		c, err := parseCurlCall(args)
		if err != nil {
			return err
		}
		if strings.HasPrefix(c.url, "http://pushgateway") {
			f.Pushed = c.fields["data"]
			return nil
		}
		return f.gitLab(c)
	})
}

func parseCurlCall(args []string) (curlCall, error) {
	c := curlCall{method: "GET", fields: map[string]string{}}
	for i := 0; i < len(args); i++ {
		var err error
		var name, value string
		switch args[i] {
		case "--fail", "--silent", "--show-error":
		case "--retry":
			i++
		case "--request":
			i++
			c.method = args[i]
		case "--config":
			i++
			var config []byte
			config, err = io.ReadAll(os.Stdin)
			c.config = string(config)
		case "--data-binary":
			i++
			_, value, err = fieldOf("data=" + args[i])
			c.fields["data"] = value
		case "--data-urlencode":
			i++
			name, value, err = fieldOf(strings.Replace(args[i], "@", "=@", 1))
			c.fields[name] = value
		default:
			c.url = args[i]
		}
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

func (f *forge) gitLab(c curlCall) error {
	if !strings.Contains(c.config, `header = "PRIVATE-TOKEN: `+os.Getenv("GITLAB_TOKEN")+`"`) {
		return errors.New("401: no token")
	}
	path, _, _ := strings.Cut(strings.TrimPrefix(c.url, "https://gitlab.example.com/api/v4"), "?")
	const notes = "/projects/3/merge_requests/12/notes"
	switch id, ofNote := strings.CutPrefix(path, notes+"/"); {
	case c.method == "GET" && path == "/user":
		_, err := fmt.Fprintln(os.Stdout, `{"id": `+me+`, "username": "project_3_bot"}`)
		return err
	case c.method == "GET" && path == notes:
		return f.gitLabNotes()
	case c.method == "POST" && path == notes:
		f.Comments = add(f.Comments, note{Author: me, Body: c.fields["body"]})
	case c.method == "PUT" && ofNote:
		return change(f.Comments, id, me, c.fields)
	default:
		return fmt.Errorf("404: %s %s", c.method, path)
	}
	return nil
}

func (f *forge) gitLabNotes() error {
	all := []any{}
	for _, n := range f.Comments {
		all = append(all, map[string]any{"id": n.ID, "body": n.Body, "author": map[string]any{"id": json.Number(n.Author)}})
	}
	return json.NewEncoder(os.Stdout).Encode(all)
}

// jqMain is a stand-in for jq as examples/ci uses it: a query and a file, after -r, --arg and
// --argjson.
func jqMain() {
	tool(func(_ *forge, args []string) error {
		raw := false
		var names []string
		var values []any
		for len(args) > 2 {
			switch args[0] {
			case "-r":
				raw, args = true, args[1:]
			case "--arg":
				names, values, args = append(names, "$"+args[1]), append(values, args[2]), args[3:]
			case "--argjson":
				var value any
				if err := json.Unmarshal([]byte(args[2]), &value); err != nil {
					return err
				}
				names, values, args = append(names, "$"+args[1]), append(values, value), args[3:]
			default:
				return fmt.Errorf("unknown flag %q", args[0])
			}
		}
		data, err := os.ReadFile(args[1])
		if err != nil {
			return err
		}
		var value any
		if err := json.Unmarshal(data, &value); err != nil {
			return err
		}
		return printQuery(args[0], value, raw, names, values)
	})
}
