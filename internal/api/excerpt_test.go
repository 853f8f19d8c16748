package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"clusterctl/internal/api"
)

func TestExcerpt(t *testing.T) {
	t.Parallel()
	const limit = 16 << 10
	page := func(length int, end string) string { return strings.Repeat(" ", length-len(end)) + end }
	tests := map[string]struct{ body, want string }{
		"nothing":                   {"", ""},
		"a text":                    {"upstream\n is gone", "upstream is gone"},
		"tags":                      {"<p>upstream</p><p>is gone</p>", "upstream is gone"},
		"a title":                   {"<html><title>Maintenance</title><p>back at 9</p>", "Maintenance"},
		"a title with an attribute": {`<title lang="en">Maintenance</title>`, "Maintenance"},
		"an empty title":            {"<title></title><p>back at 9</p>", ""},
		"the first of two titles":   {"<title>one</title><title>two</title>", "one"},
		"a title that does not end": {"<title>Maintenance", "Maintenance"},
		"ends at the limit":         {page(limit, "<title>x</title>"), "x"},
		"ends behind the limit":     {page(limit+1, "<title>x</title>y"), "x"},
		"begins behind the limit":   {page(limit+20, "<title>x</title>"), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := api.Excerpt([]byte(tt.body)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestErrorTexts has bodies with no, one and several texts.
func TestErrorTexts(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{}`:                          "",
		`{"messages":[]}`:             "",
		`{"messages":[{"text":"a"}]}`: "a",
		`{"causes":[{"text":"a"}]}`:   "a",
		`{"messages":[{"text":"a"},{"text":"b"}],"causes":[{"text":"c"},{"text":"a"},{"text":"d"}]}`: "a: b: c: d",
		`{"messages":[{"text":""},{"text":"b"}]}`:                                                    "b",
		`{"detailCode":"a","error":"b","error_description":"c","message":"d"}`:                       "a: b: c: d",
		`{"detailCode":"a","messages":[{"text":"b"}]}`:                                               "b",
		`"down"`:                         `"down"`,
		`7`:                              "7",
		`[{"text":"a"}]`:                 `[{"text":"a"}]`,
		`{"error":["a"]}`:                "",
		`<title>Bad Gateway</title>`:     "Bad Gateway",
		`<title>502 Bad Gateway</title>`: "",
	} {
		err := api.NewError("GET", "/x", http.StatusBadGateway, http.Header{}, []byte(body))
		if err.Message != want {
			t.Errorf("%s: message %q, want %q", body, err.Message, want)
		}
	}
}

func TestOneLineEndsAtTheLimit(t *testing.T) {
	t.Parallel()
	const limit = 300
	for _, letter := range []string{"x", "é"} {
		for length, want := range map[int]string{
			limit - 1: strings.Repeat(letter, limit-1),
			limit:     strings.Repeat(letter, limit),
			limit + 1: strings.Repeat(letter, limit) + "…",
		} {
			if got := api.OneLine(strings.Repeat(letter, length)); got != want {
				t.Errorf("%d times %s: %d bytes, want %d", length, letter, len(got), len(want))
			}
		}
	}
}

// TestOutcomeByStatus checks that a server error leaves the outcome unknown.
func TestOutcomeByStatus(t *testing.T) {
	t.Parallel()
	unknown := map[int]bool{400: false, 401: false, 403: false, 404: false, 409: false, 422: false, 429: false}
	for status := 500; status < 600; status++ {
		unknown[status] = true
	}
	for status, want := range unknown {
		err := &api.Error{Status: status}
		if got := api.OutcomeUnknown(err); got != want {
			t.Errorf("%d: outcome unknown: %t, want %t", status, got, want)
		}
		if got, want := api.IsNotFound(err), status == 404; got != want {
			t.Errorf("%d: not found: %t, want %t", status, got, want)
		}
	}
}

func TestIsRefusal(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{
		0: false, 200: false, 302: false, 399: false, 400: true, 401: true, 403: true, 404: true, 407: true, 408: false, 409: true,
		428: true, 429: false, 430: true, 498: true, 499: false, 500: false, 503: false,
	} {
		if got := api.IsRefusal(fmt.Errorf("wrapped: %w", &api.Error{Status: status})); got != want {
			t.Errorf("%d: %t", status, got)
		}
	}
	if api.IsRefusal(nil) || api.IsRefusal(&api.Unanswered{Err: errors.New("lost")}) {
		t.Error("an error without a status is no refusal")
	}
}

// The first and the last port, and their neighbours.
func TestPorts(t *testing.T) {
	t.Parallel()
	for port, want := range map[string]bool{"0": false, "1": true, "65535": true, "65536": false} {
		if _, err := api.ParseRoot("https://acme.example:"+port, ""); (err == nil) != want {
			t.Errorf("%s: %v", port, err)
		}
	}
}

func TestRootParts(t *testing.T) {
	t.Parallel()
	root, err := api.ParseRoot("http://127.0.0.1:8980/proxy/v3/", "")
	if err != nil {
		t.Fatal(err)
	}
	got := [3]string{root.Scheme(), root.Hostname(), root.InfoURL()}
	if want := [3]string{"http", "127.0.0.1", "http://127.0.0.1:8980/proxy/oauth/info"}; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRefusedRootsAreEmpty checks that an error comes without an address.
func TestRefusedRootsAreEmpty(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "acme", "https://acme?x", "https://acme/#x", "https://u@acme", "https://acme:port", "https://a b"} {
		root, err := api.ParseRoot(base, "v3")
		if err == nil || root != (api.Root{}) {
			t.Errorf("%q: %q, %v", base, root, err)
		}
		if text := err.Error(); strings.HasSuffix(text, "<nil>") || strings.Contains(text, "%!") {
			t.Errorf("%q: no cause: %s", base, text)
		}
	}
}

func TestUnknownVersionIsRefusedWithAllThatAreKnown(t *testing.T) {
	t.Parallel()
	const want = `unknown API version "v4" (use one of v3, v2024, v2025, v2026, v1)`
	if v, err := api.ParseVersion("v4"); err == nil || err.Error() != want || v != "" {
		t.Errorf("version %q, %v", v, err)
	}
}

func TestPathWithoutAVersionIsKept(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "/proxy", "/a/b"} {
		root, err := api.ParseRoot("http://h"+path, "")
		if err != nil || root.String() != "http://h"+path+"/v3" {
			t.Errorf("%q: %s, %v", path, root, err)
		}
	}
}

func TestVersionBehindAPathIsCutOff(t *testing.T) {
	t.Parallel()
	for _, version := range api.Versions() {
		first, err := api.ParseRoot("http://h/proxy", version)
		if err != nil {
			t.Fatal(err)
		}
		again, err := api.ParseRoot(first.String(), "")
		if err != nil || again != first {
			t.Errorf("%s: read again as %s, %v", first, again, err)
		}
	}
}
