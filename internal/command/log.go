package command

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/escape"
)

// The formats of the log on standard error.
const (
	logText = "text"
	logJSON = "json"
)

func logFormatFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "log-format", Value: logText, Category: "Output:",
		Usage: "`FORM` of warnings, progress and errors on standard error: text, or json for an object in each line",
	}
}

// checkLogFormat is for the error alone: cli.Peek has read the format before.
func checkLogFormat(c *cli.Context) error {
	if form := c.String("log-format"); form != logText && form != logJSON {
		return usageErrorf("--log-format %q: neither text nor json", form)
	}
	return nil
}

// logger writes what is no part of the report. A person understands a message
// without its fields, which only JSON has.
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

// isPlain reports whether lines are for a person.
func (l logger) isPlain() bool {
	_, plain := l.handler.(*plainHandler)
	return plain
}

// through is the same logger with its plain lines written to w, which shares
// standard error with a line that is redrawn.
func (l logger) through(w io.Writer) logger {
	if !l.isPlain() {
		return l
	}
	return logger{&plainHandler{w: w}, l.now}
}

// Debug logs what --verbose asks for.
func (l logger) Debug(message string, fields ...slog.Attr) { l.log(slog.LevelDebug, message, fields) }

// Info logs progress.
func (l logger) Info(message string, fields ...slog.Attr) { l.log(slog.LevelInfo, message, fields) }

// Warn logs what somebody should look at, although the run goes on.
func (l logger) Warn(message string, fields ...slog.Attr) { l.log(slog.LevelWarn, message, fields) }

// Error logs why the run ends.
func (l logger) Error(message string, fields ...slog.Attr) { l.log(slog.LevelError, message, fields) }

func (l logger) log(level slog.Level, message string, fields []slog.Attr) {
	record := slog.NewRecord(l.now().UTC(), level, message, 0)
	record.AddAttrs(fields...)
	_ = l.handler.Handle(context.Background(), record) // nobody is left to read of an error
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

// jsonLines writes JSON with nothing in it that is dangerous in a log.
type jsonLines struct{ io.Writer }

func (l jsonLines) Write(line []byte) (int, error) {
	if _, err := l.Writer.Write(escape.JSON(line)); err != nil {
		return 0, err
	}
	return len(line), nil
}

// plainHandler writes each message in a line, in one write.
type plainHandler struct {
	mu sync.Mutex
	w  io.Writer
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
	line.WriteString(escape.Text(r.Message) + "\n")
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := line.WriteTo(h.w)
	return err
}
