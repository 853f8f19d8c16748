package sandbox

import (
	"net/http"
	"strings"
)

// admit checks the token, the rate limit and the rights of a request.
func (t *Tenant) admit(c call) error {
	client, err := t.tokens.verify(bearer(c.Header), c.now)
	if err != nil {
		return unauthorized(err)
	}
	if wait, ok := t.limiter.take(client.ClientID+" "+c.route.version, c.now); !ok {
		return tooManyRequests(wait)
	}
	if !client.may(c.Method) {
		return &problem{http.StatusForbidden, "the client's permissions do not allow this request"}
	}
	return nil
}

// bearer returns the token in an Authorization header, "" without one.
func bearer(h http.Header) string {
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
