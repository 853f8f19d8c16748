package command

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"clusterctl/internal/api"
	"clusterctl/internal/cli"
	"clusterctl/internal/desired"
	"clusterctl/internal/escape"
)

const (
	exitDone       = 0
	exitError      = 1 // bad usage, bad file, no access, tenant unreachable
	exitPending    = 2 // changes are pending, drift was found, or a cluster meets a condition of status
	exitIncomplete = 3 // an apply did not complete
	exitRefused    = 4 // refused, nothing written; also a plan that apply would refuse
)

func exitCodes() []cli.ExitCode {
	return []cli.ExitCode{
		{Code: exitDone, Meaning: "success"},
		{Code: exitError, Meaning: "error: usage, files, credentials or network"},
		{Code: exitPending, Meaning: "changes pending, drift or differences found, files not formatted, or a --fail-on condition met"},
		{Code: exitIncomplete, Meaning: "apply incomplete: some changes failed or were not attempted"},
		{Code: exitRefused, Meaning: "refused, nothing written (for plan: apply would refuse the plan)"},
	}
}

// statusError is an exit code. Without an error, the report says everything.
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

// errPending ends a run that found changes, drift, or a condition of status --fail-on.
var errPending = &statusError{code: exitPending}

// refusedf returns a refusal, before anything was written.
func refusedf(format string, args ...any) error {
	return &statusError{exitRefused, fmt.Errorf(format, args...)}
}

// filesError holds the findings in files that cannot be used, one per line.
type filesError struct{ findings desired.Diagnostics }

func (e *filesError) Error() string {
	lines := make([]string, 0, len(e.findings))
	for _, d := range e.findings {
		lines = append(lines, d.String())
	}
	return strings.Join(lines, "\n")
}

// reportError logs each line of an error on its own, and returns the exit code.
func reportError(log logger, err error) int {
	code := exitCode(err)
	if status, ok := errors.AsType[*statusError](err); err == nil || ok && status.err == nil {
		return code
	}
	findings := make(map[string]desired.Diagnostic) // by the line of each
	if files, ok := errors.AsType[*filesError](err); ok {
		for _, d := range files.findings {
			findings[d.String()] = d
		}
	}
	request := failedRequest(err)
	for line := range strings.Lines(err.Error() + hintFor(err)) {
		line = strings.TrimRight(line, "\n")
		fields := slices.Clone(request)
		if d, ok := findings[line]; ok {
			fields = findingFields(d)
			if d.Severity == desired.Warning {
				log.Warn(line, fields...)
				continue
			}
		}
		log.Error(escape.Text(line), append(fields, slog.Int("exitCode", code))...)
	}
	return code
}

func exitCode(err error) int {
	if status, ok := errors.AsType[*statusError](err); ok {
		return status.code
	}
	if err != nil {
		return exitError
	}
	return exitDone
}

func hintFor(err error) string {
	refused, isRefused := errors.AsType[*api.Error](err)
	unanswered, isUnanswered := errors.AsType[*api.Unanswered](err)
	switch {
	case isRefused && refused.Status == http.StatusNotFound && (refused.Path == api.InfoPath || refused.Path == api.TokenPath):
		return " (check the base URL)"
	case isRefused && refused.Path == api.TokenPath:
		return " (check the client ID, the client secret and the base URL)"
	case isRefused && refused.Status == http.StatusUnauthorized:
		return " (the access token was refused and may have expired; get a new one)"
	case errors.Is(err, errInterrupted), errors.Is(err, errDeadline):
		return ""
	case isUntrusted(err):
		return " (pass the CA certificate that signed it with --ca-file)"
	case isUnencrypted(err):
		return " (the server does not use TLS; check the base URL: http:// is only for a local sandbox)"
	case isUnanswered && !unanswered.Sent:
		return " (check the base URL and the network: firewall, VPN, HTTPS_PROXY)"
	default:
		return ""
	}
}

// isUnencrypted reports whether a server answered a TLS handshake in plain text.
func isUnencrypted(err error) bool {
	_, ok := errors.AsType[tls.RecordHeaderError](err)
	return ok
}

func isUntrusted(err error) bool {
	_, ok := errors.AsType[x509.UnknownAuthorityError](err)
	return ok
}
