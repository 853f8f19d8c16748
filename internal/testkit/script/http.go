package script

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"clusterctl/internal/planner"
	"clusterctl/internal/testkit/wire"
)

// request is a request as a person would send it with curl.
type request struct {
	method      string
	path        string // from the host on
	clientID    string // used to get a token; empty: no Authorization header
	contentType string
	body        string
}

// reply is the response to a request.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// send sends a request to the script's tenant.
func (s *script) send(r request) (reply, error) {
	req, err := http.NewRequest(r.method, s.tenant.url+r.path, strings.NewReader(r.body))
	if err != nil {
		return reply{}, err
	}
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	if r.clientID != "" {
		token, err := s.token(r.clientID)
		if err != nil {
			return reply{}, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := s.web.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = resp.Body.Close() }() // only read
	body, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, body}, err
}

// token requests a token.
func (s *script) token(clientID string) (string, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {"any"}}
	a, err := s.send(request{
		method: http.MethodPost, path: "/oauth/token",
		contentType: "application/x-www-form-urlencoded", body: form.Encode(),
	})
	if err != nil {
		return "", err
	}
	var granted struct {
		AccessToken string `json:"access_token"`
	}
	return granted.AccessToken, json.Unmarshal(a.body, &granted)
}

// expect sends a request and checks the status of the response.
func (s *script) expect(status int, r request) (reply, error) {
	a, err := s.send(r)
	if err == nil && a.status != status {
		err = fmt.Errorf("%s %s: %d, want %d: %s", r.method, r.path, a.status, status, a.body)
	}
	return a, err
}

func callCommand(ts *testscript.TestScript, neg bool, args []string) {
	const synopsis = "call METHOD PATH [-body TEXT] [-type CONTENT-TYPE] [-as CLIENT-ID] STATUS"
	usage(ts, neg, len(args) >= 3, synopsis)
	r := request{method: args[0], path: args[1]}
	flags := flag.NewFlagSet("call", flag.ContinueOnError)
	flags.StringVar(&r.body, "body", "", "")
	flags.StringVar(&r.contentType, "type", "", "")
	flags.StringVar(&r.clientID, "as", "curl", "")
	ts.Check(flags.Parse(args[2:]))
	usage(ts, false, flags.NArg() == 1, synopsis)
	if r.contentType == "" {
		r.contentType = wire.ContentType(r.method, r.body)
	}
	want, err := strconv.Atoi(flags.Arg(0))
	ts.Check(err)
	a, err := scriptOf(ts).send(r)
	ts.Check(err)
	a.print(ts)
	if a.status != want {
		ts.Fatalf("status %d, want %d", a.status, want)
	}
}

// print shows a response to the script.
func (a reply) print(ts *testscript.TestScript) {
	_, err := fmt.Fprintf(ts.Stdout(), "%s\n", a.body)
	ts.Check(err)
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		_, err = fmt.Fprintf(ts.Stderr(), "%s: %s\n", name, a.header.Get(name))
		ts.Check(err)
	}
}

func liveCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: [!] live NAME")
	}
	query := url.Values{"filters": {fmt.Sprintf("name eq %q", args[0])}}
	a, err := scriptOf(ts).expect(http.StatusOK, request{
		method: http.MethodGet, path: "/v3/managed-clusters?" + query.Encode(), clientID: "look",
	})
	ts.Check(err)
	var found []json.RawMessage
	ts.Check(json.Unmarshal(a.body, &found))
	if neg {
		if len(found) > 0 {
			ts.Fatalf("%d clusters are named %q, want none", len(found), args[0])
		}
		return
	}
	if len(found) != 1 {
		ts.Fatalf("%d clusters are named %q, want one", len(found), args[0])
	}
	var c servedCluster
	ts.Check(json.Unmarshal(found[0], &c))
	ts.Setenv("ID", c.ID)
	_, err = fmt.Fprintf(ts.Stdout(), "%s\n", found[0])
	ts.Check(err)
}

// servedCluster has the fields of a cluster that a desired-state file can declare.
type servedCluster struct {
	ID            string             `json:"id"`
	Name          string             `json:"name"`
	Type          string             `json:"type"`
	Description   *string            `json:"description"`
	Configuration map[string]*string `json:"configuration"`
}

func (c servedCluster) isSystem() bool { return c.Type == "spConnectCluster" || c.Type == "sqsCluster" }

// yaml returns the cluster as an entry of a desired-state file.
func (c servedCluster) yaml() string {
	var b strings.Builder
	fmt.Fprintf(&b, "  - name: %q\n    type: %s\n", c.Name, c.Type)
	if c.Description != nil {
		fmt.Fprintf(&b, "    description: %q\n", *c.Description)
	}
	section := "    configuration:\n"
	for _, key := range []string{"debug", "gmtOffset"} { // the others are the server's
		if value := c.Configuration[key]; value != nil {
			fmt.Fprintf(&b, "%s      %s: %q\n", section, key, *value)
			section = ""
		}
	}
	return b.String()
}

func declareCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1, "declare FILE")
	clusters, err := scriptOf(ts).listAll()
	ts.Check(err)
	var b bytes.Buffer
	b.WriteString("version: 1\nclusters:\n")
	for _, name := range slices.Sorted(maps.Keys(clusters)) {
		if c := clusters[name]; !c.isSystem() {
			b.WriteString(c.yaml())
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}

// listAll reads all pages, repeatedly if the order is unstable, until it has seen every cluster.
func (s *script) listAll() (map[string]servedCluster, error) {
	const pageSize = 250
	clusters := map[string]servedCluster{}
	for offset := 0; ; offset += pageSize {
		a, err := s.expect(http.StatusOK, request{
			method: http.MethodGet, clientID: "declare",
			path: fmt.Sprintf("/v3/managed-clusters?limit=%d&offset=%d&count=true", pageSize, offset),
		})
		if err != nil {
			return nil, err
		}
		var page []servedCluster
		if err := json.Unmarshal(a.body, &page); err != nil {
			return nil, err
		}
		for _, c := range page {
			clusters[c.Name] = c
		}
		if strconv.Itoa(len(clusters)) == a.header.Get("X-Total-Count") {
			return clusters, nil
		}
		if len(page) < pageSize {
			offset = -pageSize
		}
	}
}

func sendRequestsCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1, "send-requests FILE")
	var plan planner.Plan
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &plan))
	root, err := url.Parse(plan.Tenant.BaseURL)
	ts.Check(err)
	for _, change := range plan.Changes {
		ts.Check(scriptOf(ts).sendChange(root.Path, change))
	}
}

// sendChange sends the requests of a plan unchanged, except for {id}, which is in the response to
// the POST before.
func (s *script) sendChange(root string, change planner.Change) error {
	var made servedCluster
	for _, r := range change.Requests {
		status := http.StatusOK
		if r.Method == http.MethodDelete {
			status = http.StatusNoContent
		}
		a, err := s.expect(status, request{
			method: r.Method, path: root + strings.ReplaceAll(r.Path, "{id}", made.ID),
			clientID: "by-hand", contentType: r.ContentType, body: string(r.Body),
		})
		if err != nil {
			return err
		}
		if r.Method != http.MethodPost {
			continue
		}
		if err := json.Unmarshal(a.body, &made); err != nil {
			return err
		}
	}
	return nil
}
