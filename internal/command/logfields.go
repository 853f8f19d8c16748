package command

import (
	"errors"
	"log/slog"
	"strings"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
)

// exchangeFields tell one request and its answer.
func exchangeFields(x cluster.Exchange, took time.Duration) []slog.Attr {
	return append(requestFields(x), slog.Int64("durationMs", took.Round(time.Millisecond).Milliseconds()))
}

// requestFields tell a request. Without an answer it has no status.
func requestFields(x cluster.Exchange) []slog.Attr {
	fields := []slog.Attr{slog.String("method", x.Method), slog.String("path", x.Path)}
	if x.Status != 0 {
		fields = append(fields, slog.Int("status", x.Status))
	}
	if x.RequestID != "" {
		fields = append(fields, slog.String("requestId", x.RequestID))
	}
	return fields
}

// sourceFields tell a place in a file.
func sourceFields(s cluster.Source) []slog.Attr {
	return []slog.Attr{slog.String("file", s.File), slog.Int("line", s.Line), slog.Int("column", s.Column)}
}

// findingFields tell where a finding is, and which.
func findingFields(d desired.Diagnostic) []slog.Attr {
	return append(sourceFields(cluster.Source{File: d.File, Line: d.Line, Column: d.Column}), slog.String("code", string(d.Code)))
}

// errorFields returns what is known of each line of an error: the finding that
// it tells, or the request that failed. Which of several lines a request belongs
// to is not known.
func errorFields(err error) func(line string) []slog.Attr {
	findings := make(map[string][]slog.Attr)
	if files, ok := errors.AsType[*filesError](err); ok {
		for _, d := range files.findings {
			findings[d.String()] = findingFields(d)
		}
	}
	request := failedRequest(err)
	return func(line string) []slog.Attr {
		if fields, ok := findings[line]; ok {
			return fields
		}
		return request
	}
}

// warningFields returns the lines of an error that are warnings, and what is
// known of each.
func warningFields(err error) map[string][]slog.Attr {
	warnings := make(map[string][]slog.Attr)
	if files, ok := errors.AsType[*filesError](err); ok {
		for _, d := range files.findings.Warnings() {
			warnings[d.String()] = findingFields(d)
		}
	}
	return warnings
}

// failedRequest tells the request that an error of one line is about, if any.
func failedRequest(err error) []slog.Attr {
	var (
		refused    *api.Error
		unanswered *api.Unanswered
	)
	switch {
	case strings.Contains(err.Error(), "\n"):
		return nil
	case errors.As(err, &refused):
		return requestFields(cluster.Exchange{
			Method: refused.Method, Path: refused.Path, Status: refused.Status, RequestID: refused.RequestID,
		})
	case errors.As(err, &unanswered):
		return requestFields(cluster.Exchange{Method: unanswered.Method, Path: unanswered.Path})
	default:
		return nil
	}
}
