package sandbox

import (
	"bytes"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
)

// The media types of a token request's body.
const (
	urlencodedForm = "application/x-www-form-urlencoded"
	multipartForm  = "multipart/form-data"
)

// readCredentials reads a token request in any form that the vendor's clients use, and returns
// its client ID. Other forms must follow RFC 6749.
func readCredentials(c call) (string, error) {
	form, err := readGrant(c)
	if err != nil {
		return "", err
	}
	switch grant := form.Get("grant_type"); grant {
	case "client_credentials":
	case "":
		return "", invalidRequest("Missing grant type")
	default:
		return "", oauthError(http.StatusBadRequest, "unsupported_grant_type", "Unsupported grant type: "+grant)
	}
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, password, ok := basicCredentials(c.Request); ok {
		id, secret = user, password
	}
	if id == "" || secret == "" || id == ClientRefused {
		return "", oauthError(http.StatusUnauthorized, "invalid_client", "Bad client credentials")
	}
	return id, nil
}

// readGrant reads the parameters in the body and, for the grant type only, in the query.
// Credentials in the query are refused, since addresses end up in logs.
func readGrant(c call) (url.Values, error) {
	form, err := readForm(c)
	if err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(c.URL.RawQuery)
	if err != nil {
		return nil, invalidRequest("Malformed query")
	}
	if query.Has("client_id") || query.Has("client_secret") {
		return nil, invalidRequest("Credentials are not accepted in the query: send them in the body")
	}
	form["grant_type"] = append(form["grant_type"], query["grant_type"]...)
	for _, name := range []string{"grant_type", "client_id", "client_secret"} {
		if len(form[name]) > 1 {
			return nil, invalidRequest("Repeated parameter: " + name)
		}
	}
	return form, nil
}

// readForm reads the form in the body, which may be empty.
func readForm(c call) (form url.Values, err error) {
	body, err := readBody(c)
	if err != nil {
		return nil, invalidRequest(err.Error())
	}
	if len(body) == 0 {
		return url.Values{}, nil
	}
	mediaType, parameters, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	switch {
	case err == nil && mediaType == urlencodedForm:
		form, err = url.ParseQuery(string(body))
	case err == nil && mediaType == multipartForm:
		form, err = parseMultipart(body, parameters["boundary"])
	default:
		return nil, invalidRequest("Content type must be " + urlencodedForm + " or " + multipartForm)
	}
	if err != nil {
		return nil, invalidRequest("Malformed form")
	}
	return form, nil
}

func parseMultipart(body []byte, boundary string) (url.Values, error) {
	form, err := multipart.NewReader(bytes.NewReader(body), boundary).ReadForm(maxBody)
	if err != nil {
		return nil, err
	}
	return form.Value, nil
}

// basicCredentials reads HTTP Basic authentication, in which id and secret are form-encoded (RFC
// 6749, section 2.3.1).
func basicCredentials(r *http.Request) (id, secret string, ok bool) {
	user, password, ok := r.BasicAuth()
	id, errID := url.QueryUnescape(user)
	secret, errSecret := url.QueryUnescape(password)
	return id, secret, ok && errID == nil && errSecret == nil
}

// invalidRequest returns the refusal of a malformed token request.
func invalidRequest(why string) error {
	return oauthError(http.StatusBadRequest, "invalid_request", why)
}
