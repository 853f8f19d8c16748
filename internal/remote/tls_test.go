package remote_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A certificate from an unknown authority is an error, and nothing is sent.
func TestCertificatesAreVerified(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	server.Config.ErrorLog = silent()
	server.StartTLS()
	t.Cleanup(server.Close)
	_, err := newClient(t, config(t, server.URL)).Tenant(t.Context())
	if err == nil || !strings.Contains(err.Error(), "failed to verify certificate") || asked > 0 {
		t.Errorf("%v; asked %d times", err, asked)
	}
}
