package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"clusterctl/internal/api"
)

func TestAnswerTo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err    error
		status int
		text   string
	}{
		"a problem":        {badRequest("no %s", "good"), 400, "no good (request id r1)"},
		"a wrapped one":    {fmt.Errorf("while: %w", badRequest("no good")), 400, "no good (request id r1)"},
		"no cluster":       {fmt.Errorf("%w: %q", errNoCluster, "x"), 404, `no such cluster: "x" (request id r1)`},
		"the unforeseen":   {errors.New("disk full"), 500, "disk full (request id r1)"},
		"no token":         {unauthorized(errors.New("JWT is required")), 401, "JWT is required"},
		"too many":         {tooManyRequests(time.Second), 429, "Rate Limit Exceeded"},
		"no such client":   {oauthError(401, "invalid_client", "unknown"), 401, "invalid_client: unknown"},
		"a status of ours": {&problem{http.StatusMethodNotAllowed, "no"}, 405, "no (request id r1)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := answerTo(test.err, "r1")
			want := fmt.Sprintf("GET /x: %d %s: %s", test.status, http.StatusText(test.status), test.text)
			if got := api.NewError("GET", "/x", a.status, a.header, a.body).Error(); got != want {
				t.Errorf("a client reads %q, want %q", got, want)
			}
		})
	}
}

func TestRetryAfterIsRoundedUp(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]string{
		0: "1", 1: "1", time.Second: "1", time.Second + 1: "2", 9500 * time.Millisecond: "10",
	} {
		if got := answerTo(tooManyRequests(wait), "").header.Get("Retry-After"); got != want {
			t.Errorf("%s is %q, want %q", wait, got, want)
		}
	}
}
