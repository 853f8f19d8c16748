package sandbox

import (
	"maps"
	"net/http"
	"strconv"

	"clusterctl/internal/api"
)

// answer is a response as a value, which a fault can still change.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// jsonAnswer returns an answer with a JSON body.
func jsonAnswer[T any](status int, body T) answer {
	a := answer{status: status, header: http.Header{}, body: encode(body)}
	return a.with("Content-Type", api.ContentTypeJSON)
}

// noContent returns the answer without a body.
func noContent() answer { return answer{status: http.StatusNoContent, header: http.Header{}} }

// with sets a header of the answer.
func (a answer) with(name, value string) answer {
	a.header.Set(name, value)
	return a
}

// write sends the answer. With cut, it announces the whole length and sends half of the body, so
// the server closes the connection.
func (a answer) write(w http.ResponseWriter, cut bool) {
	maps.Copy(w.Header(), a.header)
	body := a.body
	if a.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	if cut {
		body = body[:len(body)/2]
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // the client may have disconnected
}
