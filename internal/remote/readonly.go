package remote

import (
	"fmt"
	"net/http"
)

// readOnly refuses every request that could write. It is the outermost layer; the token request
// is sent below it.
type readOnly struct{ next http.RoundTripper }

func (t readOnly) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet {
		return nil, fmt.Errorf("%s %s: refused: this command is read-only", req.Method, req.URL.Path)
	}
	return t.next.RoundTrip(req)
}
