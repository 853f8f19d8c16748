package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Unanswered is a request without a readable response: the connection failed, the time ran out,
// or the body was cut off or not JSON.
type Unanswered struct {
	Method string
	Path   string
	// Sent is false only if nothing of the request can have reached the tenant. Otherwise the
	// tenant may have acted on it.
	Sent bool
	// Received is true if the whole response arrived but has the wrong form: the problem is this
	// resource, not the connection.
	Received bool
	Err      error
}

func (e *Unanswered) Error() string {
	text := OneLine(e.Err.Error())
	if errors.Is(e.Err, io.EOF) && !e.Received {
		text = "connection closed before a response (check the network and the proxy)"
	}
	return fmt.Sprintf("%s %s: %s", e.Method, e.Path, text)
}

func (e *Unanswered) Unwrap() error { return e.Err }

// OtherCluster is the error of a response about another cluster than the request.
type OtherCluster struct{ Got string }

func (e *OtherCluster) Error() string {
	return "the response is about another cluster: " + OneLine(e.Got)
}

// OutcomeUnknown reports whether the tenant may have acted on the request that failed with err:
// it was sent, and either there is no response or the response does not rule out an effect. A
// refused retry says nothing about the attempt before it. Without a token the request was not
// sent.
func OutcomeUnknown(err error) bool {
	if unanswered, ok := errors.AsType[*Unanswered](err); ok {
		return unanswered.Sent
	}
	refused, ok := errors.AsType[*Error](err)
	return ok && (refused.Repeated || refused.Path != TokenPath && isUnknownOutcome(refused.Status))
}

// StatusClientClosed is the status of a gateway that lost the connection before the server behind
// it responded.
const StatusClientClosed = 499

// isUnknownOutcome reports whether the request may have been applied despite this status.
func isUnknownOutcome(status int) bool {
	return status == http.StatusRequestTimeout || status == StatusClientClosed || status >= http.StatusInternalServerError
}
