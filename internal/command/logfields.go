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

func exchangeFields(x cluster.Exchange, took time.Duration) []slog.Attr {
	return append(requestFields(x), slog.Int64("durationMs", took.Round(time.Millisecond).Milliseconds()))
}

// requestFields lack the status where there was no answer.
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

func sourceFields(s cluster.Source) []slog.Attr {
	return []slog.Attr{slog.String("file", s.File), slog.Int("line", s.Line), slog.Int("column", s.Column)}
}

func findingFields(d desired.Diagnostic) []slog.Attr {
	return append(sourceFields(cluster.Source{File: d.File, Line: d.Line, Column: d.Column}), slog.String("code", string(d.Code)))
}

// findingsOf are the findings that an error reports, by the line of each.
func findingsOf(err error) map[string]desired.Diagnostic {
	findings := make(map[string]desired.Diagnostic)
	if files, ok := errors.AsType[*filesError](err); ok {
		for _, d := range files.findings {
			findings[d.String()] = d
		}
	}
	return findings
}

// failedRequest is the request that an error is about, if any. Which of several
// lines it belongs to is not known.
func failedRequest(err error) []slog.Attr {
	if strings.Contains(err.Error(), "\n") {
		return nil
	}
	if e, ok := errors.AsType[*api.Error](err); ok {
		return requestFields(cluster.Exchange{Method: e.Method, Path: e.Path, Status: e.Status, RequestID: e.RequestID})
	}
	if e, ok := errors.AsType[*api.Unanswered](err); ok {
		return requestFields(cluster.Exchange{Method: e.Method, Path: e.Path})
	}
	return nil
}
