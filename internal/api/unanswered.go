package api

import (
	"errors"
	"fmt"
	"net/http"
)

// Unanswered is a request that got no answer that could be read: the
// connection failed, time ran out, or the body was cut off or no JSON.
type Unanswered struct {
	Method string
	Path   string
	// Sent is false only where nothing of the request can have reached the
	// tenant. Otherwise the tenant may or may not have acted on it.
	Sent bool
	// Received is true where an answer was received whole and is not what was
	// promised: that is a matter of this one resource, not of the connection.
	Received bool
	Err      error
}

func (e *Unanswered) Error() string {
	return fmt.Sprintf("%s %s: %s", e.Method, e.Path, OneLine(e.Err.Error()))
}

func (e *Unanswered) Unwrap() error { return e.Err }

// OtherCluster is an answer about another cluster than the request.
type OtherCluster struct{ Got string }

func (e *OtherCluster) Error() string {
	return "the response is about another cluster: " + OneLine(e.Got)
}

// OutcomeUnknown reports whether the tenant may have acted on the request that
// failed with err: it was sent, and either no answer came or one that does not
// say what was done before it. A refusal of another attempt says nothing of the one
// before. Without a token it was not sent.
func OutcomeUnknown(err error) bool {
	if unanswered, ok := errors.AsType[*Unanswered](err); ok {
		return unanswered.Sent
	}
	refused, ok := errors.AsType[*Error](err)
	return ok && (refused.Repeated || refused.Path != TokenPath && isUnknownOutcome(refused.Status))
}

// StatusClientClosed is what a gateway answers that lost the connection before
// the server behind it had answered.
const StatusClientClosed = 499

// isUnknownOutcome reports whether a status leaves open what was done.
func isUnknownOutcome(status int) bool {
	return status == http.StatusRequestTimeout || status == StatusClientClosed || status >= http.StatusInternalServerError
}
