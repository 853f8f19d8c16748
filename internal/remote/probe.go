package remote

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// Probe is the result of Client.Probe: what few requests show about the access to a tenant.
type Probe struct {
	// Tenant has no name if TenantErr is set or the tenant returned none.
	Tenant    cluster.Tenant
	TenantErr error
	// TokenErr is why there is no token. None was requested if the tenant did not respond before.
	TokenErr error
	// Clusters is the tenant's count of clusters, -1 without one.
	Clusters int
	// ReadErr is why clusters cannot be read. It is nil if there is no token.
	ReadErr error
	// Rights are those in the token.
	Rights Rights
	// Date is the tenant's time in its last response, zero without one.
	Date time.Time
	// Header is that of the last success.
	Header http.Header
}

// Rights are the scopes and authorities in a token. Either is nil if the token has none.
type Rights struct {
	Scopes      []string
	Authorities []string
}

// Probe checks the access to the tenant with two requests and one for the token.
func (c *Client) Probe(ctx context.Context) Probe {
	p := Probe{Clusters: -1}
	named, tenant, err := c.askTenant(ctx)
	p.Tenant, p.TenantErr = tenant, err
	p.learn(named.header)
	switch {
	case isOfToken(p.TenantErr): // the tenant required a token
		p.TenantErr, p.TokenErr = nil, p.TenantErr
		return p
	case p.TenantErr != nil && !IsNameless(p.TenantErr):
		return p
	}
	token, err := c.tokens.get(ctx)
	if err != nil {
		p.TokenErr = err
		return p
	}
	p.Rights = c.rightsOf(token)
	listed, err := c.get(ctx, api.ListPath(1, 0, true, ""))
	if err != nil {
		p.ReadErr = err
		return p
	}
	p.learn(listed.header)
	first, err := decodePage(listed)
	p.Clusters, p.ReadErr = first.total, err
	return p
}

// isOfToken reports whether err comes from the token request.
func isOfToken(err error) bool {
	if unanswered, ok := errors.AsType[*api.Unanswered](err); ok {
		return unanswered.Path == api.TokenPath
	}
	refused, ok := errors.AsType[*api.Error](err)
	return ok && refused.Path == api.TokenPath
}

func (p *Probe) learn(header http.Header) {
	p.Header = header
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		p.Date = date
	}
}

// rightsOf reads the claims of a JSON Web Token without verifying it: they are only shown. A
// token of another form has no Rights.
func (c *Client) rightsOf(token Secret) Rights {
	parts := strings.Split(string(token), ".")
	if len(parts) != 3 {
		return Rights{}
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return Rights{}
	}
	claims, _ := api.ParseFields(payload) // without claims, there are no rights
	return Rights{Scopes: c.words(claims, "scope"), Authorities: c.words(claims, "authorities")}
}

// words reads a list of words, or one text of words separated by spaces, as in RFC 6749.
func (c *Client) words(claims api.Fields, key string) (words []string) {
	list, _ := claims.List(key)
	for _, item := range list {
		var word string
		if json.Unmarshal(item, &word) == nil {
			words = append(words, c.oneLine(word))
		}
	}
	for word := range strings.FieldsSeq(claims.Text(key)) { // a list has no text
		words = append(words, c.oneLine(word))
	}
	return words
}
