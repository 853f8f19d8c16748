package remote_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"clusterctl/internal/api"
)

// Quoted text of a response is masked on arrival, before it is cut: half a secret is not
// recognized.
func TestQuotedAnswersAreMasked(t *testing.T) {
	t.Parallel()
	const secret = "SECRET"
	bodies := map[string]struct {
		status int
		body   string
	}{
		"a refusal":            {http.StatusForbidden, `{"messages":[{"text":"SECRET"}]}`},
		"a page":               {http.StatusBadGateway, "<html><title>SECRET</title></html>"},
		"a success of no JSON": {http.StatusOK, "<html><title>SECRET</title></html>"},
		"an id of the request": {http.StatusForbidden, "{}"},
	}
	for name, tt := range bodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(api.RequestIDHeader, secret)
				w.WriteHeader(tt.status)
				fmt.Fprint(w, tt.body)
			})
			conf := config(t, f.URL)
			conf.Mask = func(text string) string { return strings.ReplaceAll(text, secret, "***") }
			_, err := newClient(t, conf).Get(t.Context(), "1")
			if err == nil || strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), "***") {
				t.Errorf("err = %v", err)
			}
		})
	}
}
