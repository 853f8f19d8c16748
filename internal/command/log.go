package command

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/escape"
)

// The formats of the log on standard error.
const (
	logText = "text"
	logJSON = "json"
)

// logFormatFlag declares the flag for help and errors. cli.Peek reads its value earlier.
func logFormatFlag() cli.Flag {
	return cli.Flag{
		Name: "log-format", Section: "Output:", To: cli.OneOf(new(string), logText, logJSON), Default: logText,
		Usage: "print messages on standard error as `FORMAT`: text, or json for one object per line",
	}
}

// logger writes everything but the report. Only JSON has the fields of a message, so it
// must be clear without them.
type logger struct {
	handler slog.Handler
	now     func() time.Time
}

func newLogger(w io.Writer, form string, now func() time.Time) logger {
	if form == logJSON {
		return logger{slog.NewJSONHandler(jsonLines{w}, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: inOurWords}), now}
	}
	return logger{&plainHandler{w: w}, now}
}

// of returns a logger that names a tenant in each message, and writes to w.
func (l logger) of(tenant string, w io.Writer) logger {
	if l.isPlain() {
		return logger{&plainHandler{w: w, front: tenant + ": "}, l.now}
	}
	return logger{newLogger(w, logJSON, l.now).handler.WithAttrs([]slog.Attr{slog.String("tenant", tenant)}), l.now}
}

// isPlain reports whether lines are plain text.
func (l logger) isPlain() bool {
	_, plain := l.handler.(*plainHandler)
	return plain
}

// through returns a logger that writes plain lines to w, which shares standard error with
// the progress line.
func (l logger) through(w io.Writer) logger {
	if !l.isPlain() {
		return l
	}
	plain, _ := l.handler.(*plainHandler)
	return logger{&plainHandler{w: w, front: plain.front}, l.now}
}

func (l logger) Debug(message string, fields ...slog.Attr) { l.log(slog.LevelDebug, message, fields) }
func (l logger) Info(message string, fields ...slog.Attr)  { l.log(slog.LevelInfo, message, fields) }
func (l logger) Warn(message string, fields ...slog.Attr)  { l.log(slog.LevelWarn, message, fields) }
func (l logger) Error(message string, fields ...slog.Attr) { l.log(slog.LevelError, message, fields) }

func (l logger) log(level slog.Level, message string, fields []slog.Attr) {
	record := slog.NewRecord(l.now().UTC(), level, message, 0)
	record.AddAttrs(fields...)
	_ = l.handler.Handle(context.Background(), record) // there is nowhere to report an error
}

// inOurWords renames the fields of slog to those of the program's other documents.
func inOurWords(groups []string, field slog.Attr) slog.Attr {
	switch {
	case len(groups) > 0:
	case field.Key == slog.MessageKey:
		field.Key = "message"
	case field.Key == slog.LevelKey:
		field.Value = slog.StringValue(strings.ToLower(field.Value.String()))
	}
	return field
}

// jsonLines escapes what is dangerous in a log.
type jsonLines struct{ io.Writer }

func (l jsonLines) Write(line []byte) (int, error) {
	if _, err := l.Writer.Write(escape.JSON(line)); err != nil {
		return 0, err
	}
	return len(line), nil
}

// plainHandler writes each message as a line, in one write.
type plainHandler struct {
	mu    sync.Mutex
	w     io.Writer
	front string // of each message
}

func (h *plainHandler) Enabled(context.Context, slog.Level) bool { return true }
func (h *plainHandler) WithAttrs([]slog.Attr) slog.Handler       { return h }
func (h *plainHandler) WithGroup(string) slog.Handler            { return h }

func (h *plainHandler) Handle(_ context.Context, r slog.Record) error {
	var line bytes.Buffer
	switch {
	case r.Level >= slog.LevelError:
		line.WriteString("error: ")
	case r.Level >= slog.LevelWarn:
		line.WriteString("warning: ")
	}
	line.WriteString(h.front + escape.Text(r.Message) + "\n")
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := line.WriteTo(h.w)
	return err
}

func exchangeFields(x api.Exchange, took time.Duration) []slog.Attr {
	return append(requestFields(x), slog.Int64("durationMs", took.Round(time.Millisecond).Milliseconds()))
}

// requestFields leaves out the status if there was no response.
func requestFields(x api.Exchange) []slog.Attr {
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
	code := slog.String("code", string(d.Code))
	if at := d.Source(); at != nil {
		return append(sourceFields(*at), code)
	}
	return []slog.Attr{code}
}

// failedRequest returns the fields of the request that a one-line error is about, if any.
func failedRequest(err error) []slog.Attr {
	if strings.Contains(err.Error(), "\n") {
		return nil
	}
	if e, ok := errors.AsType[*api.Error](err); ok {
		return requestFields(api.Exchange{Method: e.Method, Path: e.Path, Status: e.Status, RequestID: e.RequestID})
	}
	if e, ok := errors.AsType[*api.Unanswered](err); ok {
		return requestFields(api.Exchange{Method: e.Method, Path: e.Path})
	}
	return nil
}
