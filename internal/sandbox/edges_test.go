package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
)

// seedDigest is that of the first 700 clusters of DefaultOrg. Users' examples and
// tests name them: changing it changes what every new tenant contains.
const seedDigest = "0f21fad27d0df6500225766af7d245c9c23c104bab952211f46dd06dd6b52df5"

func TestSeedIsTheSameInEveryVersion(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Seed: 700, InlineAllLogs: true})
	sum := sha256.New()
	for offset := 0; offset < 700; offset += api.MaxPage {
		sum.Write([]byte(p.get(fmt.Sprintf("/v3/managed-clusters?offset=%d", offset)).body))
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != seedDigest {
		t.Errorf("got %s", got)
	}
}

// Values at their limits are accepted; other tests exceed them.
func TestBoundsAreInclusive(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	long := strings.Repeat("ä", maxName)
	if got := p.create(`{"name": "` + long + `"}`).Name; got != long {
		t.Errorf("got %q", got)
	}
	body := `{"name": "a"}`
	p.create(body + strings.Repeat(" ", maxBody-len(body)))
	p.wantProblem(p.post(body+strings.Repeat(" ", maxBody-len(body)+1)), http.StatusBadRequest, "larger than 1048576 bytes")
	p.want(p.get("/v3/managed-clusters?limit=250&offset=2147483647"), http.StatusOK)
	p.wantProblem(p.get("/v3/managed-clusters?offset=2147483648"), http.StatusBadRequest, "offset")
	for _, lifetime := range []time.Duration{time.Second, 12 * time.Hour} {
		if err := (Options{Dir: "x", TokenLifetime: lifetime}).withDefaults().check(); err != nil {
			t.Error(err)
		}
	}
	for _, lifetime := range []time.Duration{time.Second - 1, 12*time.Hour + 1} {
		if err := (Options{Dir: "x", TokenLifetime: lifetime}).withDefaults().check(); err == nil {
			t.Errorf("%s is accepted", lifetime)
		}
	}
}

// Defaults do not replace options that are set.
func TestDefaultsReplaceNothing(t *testing.T) {
	t.Parallel()
	o := Options{RateLimit: -1, RateSpan: 1, RefuseTestsStatus: 422, TokenLifetime: 2, Now: newClock().Now, Random: strings.NewReader("")}
	got := o.withDefaults()
	if !got.Now().Equal(newClock().Now()) {
		t.Error("another clock")
	}
	if got.Random != o.Random {
		t.Error("another source of ids")
	}
	o.Now, got.Now, o.Random, got.Random = nil, nil, nil, nil
	if diff := cmp.Diff(o, got); diff != "" {
		t.Error(diff)
	}
}

func TestDetailCodes(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{
		400: "400.1 Bad Request Content", 403: "403 Forbidden", 404: "404 Not found", 405: "405 Method Not Allowed",
		422: "422 Unprocessable Entity", 500: "500.0 Internal Fault", 503: "503 Service Unavailable",
	} {
		if got := detailCode(status); got != want {
			t.Errorf("%d: %q, want %q", status, got, want)
		}
	}
}

func TestAnswersOfTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	if id := tenantID("acme"); !uuid.MatchString(id) || id != tenantID("acme") || id == tenantID("globex") {
		t.Errorf("tenant id %q", id)
	}
	seen := map[string]bool{}
	for client, scope := range map[string]string{"me": scopeAll, ClientReadOnly: scopeRead, ClientNoRights: scopeNone} {
		r := p.send(http.MethodPost, api.TokenPath, urlencodedForm, "grant_type=client_credentials&client_secret=s&client_id="+client)
		got := decode[tokenBody](t, r)
		granted, err := p.tenant.tokens.verify(got.AccessToken, newClock().Now())
		if err != nil {
			t.Fatal(err)
		}
		if granted.ClientID != client || granted.Org != DefaultOrg || !slices.Equal(granted.Scope, []string{scope}) || granted.ID != got.ID {
			t.Errorf("%s: %+v", client, granted)
		}
		if got.Scope != scope || got.TenantID != tenantID(DefaultOrg) || got.Pod != defaultPod || len(got.ID) != 32 || seen[got.ID] {
			t.Errorf("%s: %s", client, r.body)
		}
		if r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", client, r.header)
		}
		seen[got.ID] = true
	}
}

// A token with several scopes has the rights of any of them.
func TestRightsOfSeveralScopes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		scopes      []string
		read, write bool
	}{
		"none":            {nil, false, false},
		"reading last":    {[]string{scopeNone, scopeRead}, true, false},
		"reading first":   {[]string{scopeRead, scopeNone}, true, false},
		"everything last": {[]string{scopeRead, scopeAll}, true, true},
		"unknown":         {[]string{"x"}, false, false},
	} {
		c := claims{Scope: tt.scopes}
		if c.may(http.MethodGet) != tt.read || c.may(http.MethodPost) != tt.write {
			t.Errorf("%s: read %t, write %t", name, c.may(http.MethodGet), c.may(http.MethodPost))
		}
	}
}

// A shuffled row is near its place, and some rows change places.
func TestShuffledRowsStayNear(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Shuffle: true})
	var ids []string
	for i := range 200 {
		ids = append(ids, fmt.Sprintf("%03d", i))
	}
	orders := map[string]bool{}
	for range 20 {
		shuffled := slices.Clone(ids)
		p.tenant.reorder(shuffled)
		for i, id := range shuffled {
			if was := slices.Index(ids, id); was-i >= maxShift || i-was >= maxShift {
				t.Fatalf("row %d is at %d", was, i)
			}
		}
		orders[strings.Join(shuffled, " ")] = true
	}
	if len(orders) != 20 {
		t.Errorf("%d orders in 20 listings", len(orders))
	}
}

// Members that a stored document lacks, and one that is not an object, are errors
// of the tenant.
func TestStoredDocumentsAreObjects(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{`[]`, `"x"`, `7`, `{`} {
		if _, err := (record{id: "1", doc: []byte(doc)}).served(newClock().Now()); err == nil {
			t.Errorf("%s is served", doc)
		}
		if _, err := without([]byte(doc), []string{"type"}); err == nil {
			t.Errorf("%s has members", doc)
		}
		if _, err := (filter{{"name", "a"}}).matches([]byte(doc)); err == nil {
			t.Errorf("%s is filtered", doc)
		}
		if err := deletable(record{doc: []byte(doc)}, true); err == nil {
			t.Errorf("%s is deleted", doc)
		}
	}
}

// A pause of zero returns true; all others end early with the client or the tenant.
func TestPauseOfNoTime(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	for d, want := range map[time.Duration]bool{0: true, -1: true, 1: true} {
		if got := p.tenant.pause(t.Context(), d); got != want {
			t.Errorf("%s: %t", d, got)
		}
	}
}

// Each error of RFC 6749 has its own text.
func TestTextsOfRefusals(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		oauthError(http.StatusBadRequest, "invalid_request", "why"), unauthorized(errors.New("why")), badRequest("why"),
	} {
		if !strings.Contains(err.Error(), "why") {
			t.Errorf("error %q", err)
		}
	}
	if got := oauthError(http.StatusBadRequest, "x", "why").Error(); got != `400 {"error":"x","error_description":"why"}` {
		t.Errorf("error %q", got)
	}
}

// A valid signature does not make invalid claims valid.
func TestSignedNonsense(t *testing.T) {
	t.Parallel()
	tokens := tokens{key: []byte("k")}
	for name, tt := range map[string]struct{ payload, want string }{
		"not base64": {"!", "illegal base64"},
		"no JSON":    {encodePart([]byte(`{`)), "unexpected end of JSON"},
		"a list":     {encodePart([]byte(`[]`)), "expected an object, found an array"},
		"a text":     {encodePart([]byte(`"x"`)), `expected an object, found the string "x"`},
		"null":       {encodePart([]byte(`null`)), "JWT is expired"},
		"no claims":  {encodePart([]byte(`{}`)), "JWT is expired"},
	} {
		signed := "e30." + tt.payload
		got, err := tokens.verify(signed+"."+encodePart(tokens.signature(signed)), newClock().Now())
		if err == nil || !strings.HasPrefix(err.Error(), "JWT validation failed: ") || !strings.Contains(err.Error(), tt.want) || got.Expires != 0 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// Without a limit every request passes at once; with one, keys are counted apart.
func TestLimiterOfEachKey(t *testing.T) {
	t.Parallel()
	now := newClock().Now()
	for limit, want := range map[int]int{-1: 5, 1: 1, 2: 2} {
		l := newLimiter(limit, time.Second)
		for _, key := range []string{"a", "b"} {
			passed := 0
			for range 5 {
				wait, ok := l.take(key, now)
				if ok {
					passed++
				}
				if (wait == 0) != ok || wait > time.Second {
					t.Errorf("limit %d: %s, %t", limit, wait, ok)
				}
			}
			if passed != want {
				t.Errorf("limit %d: %d of %s pass, want %d", limit, passed, key, want)
			}
		}
	}
}
