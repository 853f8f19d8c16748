package sandbox

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"clusterctl/internal/api"
)

// problem is an error whose answer has the API's usual error body.
type problem struct {
	status int
	text   string
}

func (p *problem) Error() string { return p.text }

// badRequest returns a 400 with a reason.
func badRequest(format string, args ...any) error {
	return &problem{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

// refusal is an error with its own answer.
type refusal struct{ answer answer }

func (r *refusal) Error() string { return fmt.Sprintf("%d %s", r.answer.status, r.answer.body) }

// answerTo returns the answer for any error. An unexpected error is a 500.
func answerTo(err error, requestID string) answer {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.answer
	}
	p, ok := errors.AsType[*problem](err)
	switch {
	case ok:
	case errors.Is(err, errNoCluster):
		p = &problem{http.StatusNotFound, err.Error()}
	default:
		p = &problem{http.StatusInternalServerError, err.Error()}
	}
	return p.answer(requestID)
}

func (p *problem) answer(requestID string) answer {
	return jsonAnswer(p.status, api.ErrorBody{
		DetailCode: detailCode(p.status),
		TrackingID: requestID,
		Messages:   []api.ErrorMessage{{Locale: "en-US", LocaleOrigin: "DEFAULT", Text: p.text}},
		Causes:     []api.ErrorMessage{},
	})
}

// detailCode returns the detail code of an error body.
func detailCode(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "400.1 Bad Request Content"
	case http.StatusForbidden:
		return "403 Forbidden"
	case http.StatusNotFound:
		return "404 Not found"
	case http.StatusInternalServerError:
		return "500.0 Internal Fault"
	}
	return fmt.Sprintf("%d %s", status, http.StatusText(status))
}

// The bodies that are not api.ErrorBody.
type (
	unauthorizedBody struct {
		Error string `json:"error"`
	}
	messageBody struct {
		Message string `json:"message"`
	}
	oauthErrorBody struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
)

// unauthorized returns the 401 of the API.
func unauthorized(why error) error {
	return &refusal{jsonAnswer(http.StatusUnauthorized, unauthorizedBody{why.Error()})}
}

// oauthError returns a refusal of the token endpoint in the form of RFC 6749.
func oauthError(status int, code, description string) error {
	return &refusal{jsonAnswer(status, oauthErrorBody{code, description})}
}

// tooManyRequests returns a 429 with the wait in whole seconds, at least one.
func tooManyRequests(wait time.Duration) error {
	seconds := max(1, int(math.Ceil(wait.Seconds())))
	a := jsonAnswer(http.StatusTooManyRequests, messageBody{" Rate Limit Exceeded "})
	return &refusal{a.with("Retry-After", strconv.Itoa(seconds))}
}
