package remote

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// Probe is what a client finds out about its way to a tenant by asking as
// little as it can: a token, the tenant's name and one cluster.
type Probe struct {
	// Tenant is meaningless where TenantErr is set, which may be the error of
	// the token.
	Tenant    cluster.Tenant
	TenantErr error
	// Clusters is how many the tenant counts, and -1 where it does not.
	Clusters int
	// ReadErr tells why they cannot be read. Nobody asked where TenantErr is
	// set.
	ReadErr error
	// Rights are those that the token names.
	Rights Rights
	// Date is the tenant's time when it answered last; zero where it did not
	// say.
	Date time.Time
	// Header is that of the last success.
	Header http.Header
}

// Rights are what a token says of its bearer. Either is nil where it says
// nothing.
type Rights struct {
	Scopes      []string
	Authorities []string
}

// Probe asks the tenant, in two requests beside that for the token.
func (c *Client) Probe(ctx context.Context) Probe {
	p := Probe{Clusters: -1}
	var named answer
	if named, p.Tenant, p.TenantErr = c.askTenant(ctx); p.TenantErr != nil {
		return p
	}
	p.learn(named.header)
	p.Rights = c.rights(ctx)
	listed, err := c.get(ctx, api.ClustersPath+"?limit=1&offset=0&count=true")
	if err != nil {
		p.ReadErr = err
		return p
	}
	p.learn(listed.header)
	first, err := decodePage(listed)
	p.Clusters, p.ReadErr = first.total, err
	return p
}

func (p *Probe) learn(header http.Header) {
	p.Header = header
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		p.Date = date
	}
}

// rights reads the token that the requests carry. It is not verified: that is
// the tenant's business, and what is told of it here decides nothing.
func (c *Client) rights(ctx context.Context) Rights {
	token, err := c.tokens.get(ctx)
	if err != nil {
		return Rights{}
	}
	return rightsOf(token)
}

// rightsOf reads the claims of a JSON Web Token. A token of another form says
// nothing.
func rightsOf(token Secret) Rights {
	parts := strings.Split(string(token), ".")
	if len(parts) != 3 {
		return Rights{}
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return Rights{}
	}
	var claims struct {
		Scope       words `json:"scope"`
		Authorities words `json:"authorities"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return Rights{}
	}
	return Rights{Scopes: claims.Scope, Authorities: claims.Authorities}
}

// words is a list of words, which RFC 6749 has in one text, blanks between.
type words []string

// UnmarshalJSON takes both forms.
func (w *words) UnmarshalJSON(data []byte) error {
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		var text string
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
		list = strings.Fields(text)
	}
	for _, word := range list {
		*w = append(*w, api.OneLine(word))
	}
	return nil
}
