package api

import (
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ErrorBody is the body of a 400, 403, 404 and 500.
type ErrorBody struct {
	DetailCode string         `json:"detailCode"`
	TrackingID string         `json:"trackingId"`
	Messages   []ErrorMessage `json:"messages"`
	Causes     []ErrorMessage `json:"causes"`
}

// ErrorMessage is one localized text of an ErrorBody.
type ErrorMessage struct {
	Locale       string `json:"locale"`
	LocaleOrigin string `json:"localeOrigin"`
	Text         string `json:"text"`
}

// Error is a response that was not a success. It prints as one line.
type Error struct {
	Method string
	Path   string
	Status int
	// RequestID is the SLPT-Request-ID header, or else the body's trackingId.
	RequestID string
	// Message is the server's own words, in one line free of control characters.
	Message string
	// RetryAfter is how long the server asks to wait before another attempt; zero if it does not
	// say.
	RetryAfter time.Duration
	// Remedy is what to do about it, if known.
	Remedy string
	// Repeated marks the response to a retry: an earlier attempt may have been applied.
	Repeated bool
}

func (e *Error) Error() string {
	text := e.Method + " " + e.Path + ": " + e.status()
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.RequestID != "" {
		text += " (request id " + e.RequestID + ")"
	}
	if e.RetryAfter > 0 {
		text += " (try again after " + e.RetryAfter.String() + ")"
	}
	if e.Remedy != "" {
		text += " (" + e.Remedy + ")"
	}
	return text
}

// status is the status line's code and reason.
func (e *Error) status() string {
	return strings.TrimSpace(strconv.Itoa(e.Status) + " " + http.StatusText(e.Status))
}

// StatusOf returns the HTTP status in err's chain, or 0 if there is none.
func StatusOf(err error) int {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Status
	}
	return 0
}

// IsNotFound reports whether err is a 404.
func IsNotFound(err error) bool { return StatusOf(err) == http.StatusNotFound }

// IsRefusal reports whether err is a 4xx that another attempt would not change:
// no timeout and no rate limit.
func IsRefusal(err error) bool {
	status := StatusOf(err)
	return status/100 == 4 && status != http.StatusRequestTimeout && status != StatusClientClosed && status != http.StatusTooManyRequests
}

// NewError returns the Error for any failed response, whatever its body: a documented one, a
// gateway's HTML, or nothing.
func NewError(method, path string, status int, header http.Header, body []byte) *Error {
	e := &Error{Method: method, Path: path, Status: status, RequestID: OneLine(header.Get(RequestIDHeader))}
	known, err := ParseFields(body)
	if err != nil {
		if text := Excerpt(body); text != e.status() && text != "null" { // a gateway's page often repeats only the status
			e.Message = text
		}
		return e
	}
	if e.RequestID == "" {
		e.RequestID = OneLine(known.Text("trackingId"))
	}
	texts := append(known.messages("messages"), known.messages("causes")...)
	if len(texts) == 0 {
		texts = []string{known.Text("detailCode"), known.Text("error"), known.Text("error_description"), known.Text("message")}
	}
	e.Message = OneLine(strings.Join(distinct(texts), ": "))
	return e
}

// messages returns the texts of a list of ErrorMessage. It skips other elements.
func (f Fields) messages(key string) (texts []string) {
	list, _ := f.List(key)
	for _, doc := range list {
		message, _ := ParseFields(doc) // without any, it has no text
		texts = append(texts, message.Text("text"))
	}
	return distinct(texts)
}

// distinct drops empty and repeated texts, keeping the order.
func distinct(texts []string) []string {
	seen := map[string]bool{"": true}
	var kept []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); !seen[t] {
			seen[t] = true
			kept = append(kept, t)
		}
	}
	return kept
}

var (
	htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	htmlTag   = regexp.MustCompile(`(?s)<[^>]*>`)
)

// Excerpt returns one readable line of a body that is not JSON: the title of an HTML page, or
// else the beginning of the text.
func Excerpt(body []byte) string {
	body = body[:min(len(body), maxExcerpt)]
	if title := htmlTitle.FindSubmatch(body); title != nil {
		return OneLine(string(title[1]))
	}
	return OneLine(htmlTag.ReplaceAllString(string(body), " "))
}

// maxExcerpt is how much of a body Excerpt reads, in bytes.
const maxExcerpt = 16 << 10

// maxMessage is how much of a server's text an error quotes, in characters.
const maxMessage = 300

// OneLine makes a server's text safe to print: white space folded, control and formatting
// characters removed, cut to maxMessage.
func OneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsSpace(r) && (r == utf8.RuneError || unicode.In(r, unicode.C)) {
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > maxMessage {
		s = string([]rune(s)[:maxMessage]) + "…"
	}
	return s
}
