package sandbox

import (
	"net/http"
	"strings"
	"testing"

	"clusterctl/internal/api"
)

// tokenRequest is a request as a client sends it.
type tokenRequest struct {
	query, contentType, basic, body string
}

// Multipart bodies as curl and form-data of npm write them.
const (
	curlType = "multipart/form-data; boundary=------------------------y7pqNyo4QRZsL3WzJkTBzd"
	curlBody = "--------------------------y7pqNyo4QRZsL3WzJkTBzd\r\n" +
		"Content-Disposition: form-data; name=\"grant_type\"\r\n\r\nclient_credentials\r\n" +
		"--------------------------y7pqNyo4QRZsL3WzJkTBzd\r\n" +
		"Content-Disposition: form-data; name=\"client_id\"\r\n\r\nme\r\n" +
		"--------------------------y7pqNyo4QRZsL3WzJkTBzd\r\n" +
		"Content-Disposition: form-data; name=\"client_secret\"\r\n\r\nmine\r\n" +
		"--------------------------y7pqNyo4QRZsL3WzJkTBzd--\r\n"
	nodeType = "multipart/form-data; boundary=--------------------------015713582044106410430563"
	nodeBody = "----------------------------015713582044106410430563\r\n" +
		"Content-Disposition: form-data; name=\"grant_type\"\r\n\r\nclient_credentials\r\n" +
		"----------------------------015713582044106410430563\r\n" +
		"Content-Disposition: form-data; name=\"client_id\"\r\n\r\nme\r\n" +
		"----------------------------015713582044106410430563\r\n" +
		"Content-Disposition: form-data; name=\"client_secret\"\r\n\r\nmine\r\n" +
		"----------------------------015713582044106410430563--\r\n"
)

// ask sends a token request without a token.
func (p *peer) ask(q tokenRequest) reply {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+api.TokenPath+q.query, strings.NewReader(q.body))
	if err != nil {
		p.t.Fatal(err)
	}
	if q.contentType != "" {
		request.Header.Set("Content-Type", q.contentType)
	}
	if id, secret, ok := strings.Cut(q.basic, ":"); ok {
		request.SetBasicAuth(id, secret)
	}
	return p.do(request)
}

// The exact token requests of the vendor's clients.
func TestGrantTokenToEveryClient(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	const grant = "grant_type=client_credentials"
	tests := map[string]tokenRequest{
		"form (Go SDK)":                   {contentType: urlencodedForm, body: "client_id=me&client_secret=mine&" + grant},
		"form with a charset":             {contentType: urlencodedForm + ";charset=UTF-8", body: grant + "&client_id=me&client_secret=mine"},
		"Basic and form":                  {contentType: urlencodedForm, basic: "me:mine", body: grant},
		"Basic and query":                 {basic: "me:mine", query: "?" + grant},
		"query and form (sailpoint-cli)":  {contentType: urlencodedForm, query: "?" + grant, body: "client_id=me&client_secret=mine"},
		"multipart (curl)":                {contentType: curlType, body: curlBody},
		"multipart (TypeScript SDK)":      {contentType: nodeType, body: nodeBody},
		"Basic with an encoded secret":    {contentType: urlencodedForm, basic: "me:a%2Fb", body: grant},
		"parameters that nobody knows":    {contentType: urlencodedForm, query: "?x=1", body: grant + "&client_id=me&client_secret=mine&scope=sp:scopes:all"},
		"a multipart type in upper cases": {contentType: strings.Replace(curlType, "multipart/form-data", "Multipart/Form-Data", 1), body: curlBody},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := p.ask(test)
			p.want(r, http.StatusOK)
			user := *p
			user.token = decode[tokenBody](t, r).AccessToken
			user.want(user.get("/v3/managed-clusters"), http.StatusOK)
		})
	}
}

// Each reason has its own text, so that a client can distinguish them.
func TestGrantTokenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	const whole = "grant_type=client_credentials&client_id=me&client_secret=s"
	form := func(query, body string) tokenRequest {
		return tokenRequest{contentType: urlencodedForm, query: query, body: body}
	}
	for want, request := range map[string]tokenRequest{
		"Missing grant type":                                              {},
		"Bad client credentials":                                          form("", "grant_type=client_credentials"),
		"Unsupported grant type: password":                                form("", "grant_type=password"),
		"the body is larger than 1048576 bytes":                           form("", strings.Repeat("x", maxBody+1)),
		"Malformed form":                                                  form("", "grant_type=%zz"),
		"Malformed query":                                                 form("?x=%zz", whole),
		"Repeated parameter: grant_type":                                  form("?grant_type=client_credentials", whole),
		"Repeated parameter: client_id":                                   form("", whole+"&client_id=me"),
		"Repeated parameter: client_secret":                               form("", whole+"&client_secret=s"),
		"Content type must be " + urlencodedForm + " or " + multipartForm: {contentType: "text/plain", body: whole},
	} {
		if got := decode[oauthErrorBody](t, p.ask(request)); got.Description != want {
			t.Errorf("%q, want %q", got.Description, want)
		}
	}
	for _, query := range []string{"?client_id=me", "?client_secret=s", "?client_id=me&client_secret=s"} {
		got := decode[oauthErrorBody](t, p.ask(form(query, "grant_type=client_credentials")))
		if want := "Credentials are not accepted in the query: send them in the body"; got.Description != want {
			t.Errorf("%s: %q", query, got.Description)
		}
	}
	for _, request := range []tokenRequest{
		{contentType: multipartForm, body: curlBody}, {contentType: curlType, body: curlBody[:strings.Index(curlBody, "mine")+2]},
	} {
		if got := decode[oauthErrorBody](t, p.ask(request)); got.Description != "Malformed form" {
			t.Errorf("%q", got.Description)
		}
	}
}

func TestGrantTokenRefuses(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	const (
		grant = "grant_type=client_credentials"
		whole = grant + "&client_id=me&client_secret=s"
	)
	tests := map[string]struct {
		request tokenRequest
		status  int
		code    string
	}{
		"the refused client":       {tokenRequest{contentType: urlencodedForm, body: grant + "&client_id=refused&client_secret=s"}, 401, "invalid_client"},
		"no id":                    {tokenRequest{contentType: urlencodedForm, body: grant + "&client_secret=s"}, 401, "invalid_client"},
		"no secret":                {tokenRequest{contentType: urlencodedForm, body: grant + "&client_id=me"}, 401, "invalid_client"},
		"another grant":            {tokenRequest{contentType: urlencodedForm, body: "grant_type=password&client_id=me&client_secret=s"}, 400, "unsupported_grant_type"},
		"another grant in query":   {tokenRequest{contentType: urlencodedForm, query: "?grant_type=password", body: "client_id=me&client_secret=s"}, 400, "unsupported_grant_type"},
		"no grant":                 {tokenRequest{contentType: urlencodedForm, body: "client_id=me&client_secret=s"}, 400, "invalid_request"},
		"nothing":                  {tokenRequest{}, 400, "invalid_request"},
		"a malformed form":         {tokenRequest{contentType: urlencodedForm, body: "grant_type=%zz"}, 400, "invalid_request"},
		"a malformed query":        {tokenRequest{contentType: urlencodedForm, query: "?grant_type=%zz", body: whole}, 400, "invalid_request"},
		"a malformed media type":   {tokenRequest{contentType: "multipart/form-data; boundary", body: curlBody}, 400, "invalid_request"},
		"no boundary":              {tokenRequest{contentType: multipartForm, body: curlBody}, 400, "invalid_request"},
		"another boundary":         {tokenRequest{contentType: nodeType, body: curlBody}, 400, "invalid_request"},
		"a cut multipart form":     {tokenRequest{contentType: curlType, body: curlBody[:strings.Index(curlBody, "mine")+2]}, 400, "invalid_request"},
		"multipart, no secret":     {tokenRequest{contentType: curlType, body: strings.Replace(curlBody, `"client_secret"`, `"secret"`, 1)}, 401, "invalid_client"},
		"multipart, refused":       {tokenRequest{contentType: curlType, body: strings.Replace(curlBody, "\nme\r", "\nrefused\r", 1)}, 401, "invalid_client"},
		"a huge form":              {tokenRequest{contentType: urlencodedForm, body: "x=" + strings.Repeat("x", maxBody)}, 400, "invalid_request"},
		"JSON":                     {tokenRequest{contentType: api.ContentTypeJSON, body: `{"grant_type": "client_credentials"}`}, 400, "invalid_request"},
		"no content type":          {tokenRequest{body: whole}, 400, "invalid_request"},
		"all in the query":         {tokenRequest{query: "?" + whole}, 400, "invalid_request"},
		"the secret in the query":  {tokenRequest{contentType: urlencodedForm, query: "?client_secret=s", body: grant + "&client_id=me"}, 400, "invalid_request"},
		"the id in both":           {tokenRequest{contentType: urlencodedForm, query: "?client_id=me", body: whole}, 400, "invalid_request"},
		"the grant in both":        {tokenRequest{contentType: urlencodedForm, query: "?" + grant, body: whole}, 400, "invalid_request"},
		"the secret twice":         {tokenRequest{contentType: urlencodedForm, body: whole + "&client_secret=t"}, 400, "invalid_request"},
		"Basic, refused":           {tokenRequest{contentType: urlencodedForm, basic: "refused:s", body: grant}, 401, "invalid_client"},
		"Basic, no secret":         {tokenRequest{contentType: urlencodedForm, basic: "me:", body: grant}, 401, "invalid_client"},
		"Basic, not encoded":       {tokenRequest{contentType: urlencodedForm, basic: "me:100%", body: grant}, 401, "invalid_client"},
		"Basic, refused, in query": {tokenRequest{basic: "refused:s", query: "?" + grant}, 401, "invalid_client"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := p.ask(test.request)
			p.want(r, test.status)
			if got := decode[oauthErrorBody](t, r); got.Error != test.code || got.Description == "" {
				t.Errorf("got %s, want %s", r.body, test.code)
			}
		})
	}
}
