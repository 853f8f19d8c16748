package api_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
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

// TestErrorTexts has none, one and several of what a body can say.
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

// TestOutcomeOfEveryStatus: the tenant may have acted before a 5xx, and only then.
func TestOutcomeOfEveryStatus(t *testing.T) {
	t.Parallel()
	for status := 300; status < 600; status++ {
		err := &api.Error{Status: status}
		if got, want := api.OutcomeUnknown(err), status >= 500; got != want {
			t.Errorf("%d: outcome unknown: %t, want %t", status, got, want)
		}
		if got, want := api.IsNotFound(err), status == 404; got != want {
			t.Errorf("%d: not found: %t, want %t", status, got, want)
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

// TestRefusedRootsAreEmpty: an error comes without an address to send to.
func TestRefusedRootsAreEmpty(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "acme", "https://acme?x", "https://acme/#x", "https://u@acme", "https://acme:port", "https://a b"} {
		root, err := api.ParseRoot(base, "v3")
		if err == nil || root != (api.Root{}) {
			t.Errorf("%q: %q, %v", base, root, err)
		}
		if _, isURL := errors.AsType[*url.Error](err); isURL {
			t.Errorf("%q: the error repeats the address: %v", base, err)
		}
	}
	if v, err := api.ParseVersion("v4"); err == nil || v != "" {
		t.Errorf("version %q, %v", v, err)
	}
}

// TestShownOfEveryShape reads a field that has the shape of another. It is left
// out, and the rest is read.
func TestShownOfEveryShape(t *testing.T) {
	t.Parallel()
	for _, value := range []string{`null`, `true`, `1`, `"x"`, `[]`, `["x"]`, `{}`, `{"a":"x"}`} {
		var got struct {
			Text  api.Shown[string] `json:"text"`
			Truth api.Shown[*bool]  `json:"truth"`
			ID    string            `json:"id"`
		}
		if err := json.Unmarshal([]byte(`{"text":`+value+`,"truth":`+value+`,"id":"1"}`), &got); err != nil {
			t.Errorf("%s: %v", value, err)
		}
		if want := map[string]string{`"x"`: "x"}[value]; got.Text.Value != want || got.ID != "1" {
			t.Errorf("%s as a text is %q, and the id is %q", value, got.Text.Value, got.ID)
		}
		if isTrue := got.Truth.Value != nil && *got.Truth.Value; isTrue != (value == "true") {
			t.Errorf("%s as a truth value is %v", value, got.Truth.Value)
		}
	}
}
