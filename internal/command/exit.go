package command

import (
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"clusterctl/internal/api"
	"clusterctl/internal/desired"
	"clusterctl/internal/report"
)

// The exit codes.
const (
	exitDone       = 0
	exitError      = 1 // bad usage, bad file, no access, tenant unreachable
	exitPending    = 2 // changes are pending, or drift was found
	exitIncomplete = 3 // an apply that is not complete
	exitRefused    = 4 // refused, nothing written; also a plan that apply would refuse
)

// statusError decides the exit code of a run whose report says everything
// already, unless there is an error to tell as well.
type statusError struct {
	code int
	err  error
}

func (e *statusError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *statusError) Unwrap() error { return e.err }

// errPending ends a run that found something to do.
var errPending = &statusError{code: exitPending}

// refusedError is a refusal before anything was written.
type refusedError struct{ message string }

func (e *refusedError) Error() string { return e.message }

func refusedf(format string, args ...any) error {
	return &refusedError{fmt.Sprintf(format, args...)}
}

// usageError is a command line that cannot be run.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

func usageErrorf(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// filesError is the findings of files that cannot be used, warnings among them,
// each in a line of its own.
type filesError struct{ findings desired.Diagnostics }

func (e *filesError) Error() string {
	lines := make([]string, 0, len(e.findings))
	for _, d := range e.findings {
		lines = append(lines, d.String())
	}
	return strings.Join(lines, "\n")
}

// reportError tells an error, once and each line of it on its own, and decides the
// exit code.
func reportError(log logger, err error) int {
	code := exitCode(err)
	if status, ok := errors.AsType[*statusError](err); ok && status.err == nil {
		return code
	}
	if err != nil {
		fieldsOf, warnings := errorFields(err), warningFields(err)
		for line := range strings.Lines(err.Error() + hintFor(err)) {
			line = strings.TrimRight(line, "\n")
			if fields, ok := warnings[line]; ok {
				log.Warn(line, fields...)
				continue
			}
			log.Error(report.Printable(line), slices.Concat(fieldsOf(line), []slog.Attr{slog.Int("exitCode", code)})...)
		}
	}
	return code
}

// exitCode maps an error to the code that the process ends with.
func exitCode(err error) int {
	var (
		status  *statusError
		refused *refusedError
	)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &status):
		return status.code
	case errors.As(err, &refused):
		return exitRefused
	default:
		return exitError
	}
}

// hintFor says what to do about a failed request.
func hintFor(err error) string {
	var (
		refused    *api.Error
		unanswered *api.Unanswered
	)
	switch {
	case errors.As(err, &refused) && refused.Path == api.TokenPath:
		return " (check the client id, its secret and the base URL)"
	case errors.As(err, &refused) && refused.Status == http.StatusUnauthorized:
		return " (the access token was refused: it may have expired)"
	case errors.As(err, &refused) && refused.Status == http.StatusNotFound && refused.Path == api.InfoPath:
		return " (is the base URL right?)"
	case errors.Is(err, errInterrupted), errors.Is(err, errDeadline):
		return ""
	case isUntrusted(err):
		return " (give the certificate of whoever signed it with --ca-file)"
	case errors.As(err, &unanswered) && !unanswered.Sent:
		return " (is the base URL right, and the tenant reachable from here?)"
	default:
		return ""
	}
}

// isUntrusted reports whether a server's certificate was signed by nobody known.
func isUntrusted(err error) bool {
	_, ok := errors.AsType[x509.UnknownAuthorityError](err)
	return ok
}
