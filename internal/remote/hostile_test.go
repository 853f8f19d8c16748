package remote_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/remote"
	"clusterctl/internal/testkit/sample"
)

// raw sends these bytes on every connection, and keeps it open.
func raw(t testing.TB, answer func(w io.Writer)) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		close(done)
		_ = listener.Close()
	})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				_, _ = conn.Read(make([]byte, 4096)) // the request
				answer(conn)
				_, _ = io.Copy(io.Discard, conn) // until the client has gone
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// endless writes a block again and again until the reader stops.
func endless(head, block string) func(io.Writer) {
	return func(w io.Writer) {
		block := strings.Repeat(block, 1+(64<<10)/len(block))
		_, err := io.WriteString(w, head)
		for err == nil {
			_, err = io.WriteString(w, block)
		}
	}
}

func once(text string) func(io.Writer) {
	return func(w io.Writer) { _, _ = io.WriteString(w, text) }
}

// bomb returns a gzip of more bytes than a response may have.
func bomb(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(bytes.Repeat([]byte(" "), 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return strings.Repeat(b.String(), 480) // archives in a row are one
}

// Whatever a server sends, a request ends in time, with a one-line error and little memory. A
// sent write may have been applied.
func TestHostileAnswersEnd(t *testing.T) {
	t.Parallel()
	const (
		ok       = "HTTP/1.1 200 OK\r\n"
		noAnswer = "no response within"
	)
	zipped := bomb(t)
	tests := map[string]struct {
		answer func(io.Writer)
		want   string // a part of the error
	}{
		"switching protocols":     {once("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"), "status 101"},
		"switching with a body":   {endless("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", "data"), "status 101"},
		"an upgrade that is none": {once(ok + "Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\n[]"), "not a cluster"},
		"continue, for ever":      {endless("", "HTTP/1.1 100 Continue\r\n\r\n"), "headers exceeded"},
		"early hints, and no end": {once("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"), noAnswer},
		"a status below all":      {once("HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n"), "status 99"},
		"no HTTP":                 {once("SSH-2.0-OpenSSH_9.6\r\n"), "malformed HTTP"},
		"no line ever":            {endless("", "x"), ""},
		"headers without end":     {endless(ok, "X-A: "+strings.Repeat("a", 1000)+"\r\n"), "headers exceeded"},
		"one header without end":  {endless(ok+"X-A: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), ""},
		"a huge length, no body":  {once(ok + "Content-Length: 9223372036854775807\r\n\r\n"), noAnswer},
		"a huge length, a body":   {endless(ok+"Content-Length: 9223372036854775807\r\n\r\n", "          "), "larger than 16 MiB"},
		"two lengths":             {once(ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n[]"), ""},
		"a negative length":       {once(ok + "Content-Length: -1\r\n\r\n[]"), ""},
		"chunks without end":      {endless(ok+"Transfer-Encoding: chunked\r\n\r\n", "1;"+strings.Repeat("a", 100)+"\r\n \r\n"), "too much non-data"},
		"a chunk of any size":     {once(ok + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n"), noAnswer},
		"a chunk that is none":    {once(ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"), ""},
		"an endless extension":    {endless(ok+"Transfer-Encoding: chunked\r\n\r\n1;", "aaaaaaaaaaaaaaaaaaaaaaaa"), ""},
		"trailers without end":    {endless(ok+"Transfer-Encoding: chunked\r\nTrailer: X-A\r\n\r\n0\r\n", "X-A: a\r\n"), ""},
		"no length and no end":    {endless(ok+"\r\n", "            "), "larger than 16 MiB"},
		"a compressed bomb":       {once(fmt.Sprintf(ok+"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(zipped), zipped)), "larger than 16 MiB"},
		"a broken archive":        {once(ok + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"), ""},
		"an unknown encoding":     {once(ok + "Content-Encoding: br\r\nContent-Length: 2\r\n\r\n\x0b\x02"), "not JSON"},
		"an error without end":    {endless("HTTP/1.1 500 X\r\n\r\n", "            "), "larger than 16 MiB"},
		"a redirect to itself":    {once("HTTP/1.1 302 Found\r\nLocation: /v3/managed-clusters/1\r\nContent-Length: 0\r\n\r\n"), "redirects are not followed"},
		"nested beyond reason":    {once(fmt.Sprintf(ok+"Content-Length: %d\r\n\r\n%s", 1<<20, strings.Repeat("[", 1<<20))), "not JSON"},
	}
	type attempt struct{ name, method string }
	var all []attempt
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		all = append(all, attempt{name, "GET"}, attempt{name, "POST"})
	}
	for _, a := range sample.Covering(all, len(tests), func(a attempt) []string { return []string{a.name, a.method} }) {
		tt, method := tests[a.name], a.method
		t.Run(a.name+", "+method, func(t *testing.T) {
			t.Parallel()
			conf := config(t, raw(t, tt.answer))
			conf.Credentials = remote.Credentials{AccessToken: "t"}
			conf.Timeout = time.Minute
			if tt.want == noAnswer {
				conf.Timeout = 300 * time.Millisecond
			}
			err := do(t.Context(), newClient(t, conf), method)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 1000 {
				t.Fatalf("err = %v, want …%s…", err, tt.want)
			}
			if _, refused := errors.AsType[*api.Error](err); !refused && !api.OutcomeUnknown(err) {
				t.Errorf("taken for not sent: %v", err)
			}
		})
	}
}

// A response with a Location that is not a redirect is not called one.
func TestALocationIsNoRedirect(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"400 Bad Request", "404 Not Found", "409 Conflict"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			conf := config(t, raw(t, once("HTTP/1.1 "+status+"\r\nConnection: close\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")))
			conf.Credentials = remote.Credentials{AccessToken: "t"}
			for _, method := range []string{"GET", "POST"} {
				err := do(t.Context(), newClient(t, conf), method)
				if err == nil || strings.Contains(err.Error(), "redirect") || strings.Contains(err.Error(), "elsewhere") {
					t.Errorf("%s: %v", method, err)
				}
			}
		})
	}
}

// A slow body ends with the timeout and with the run.
func TestADrippingBodyEnds(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		for r.Context().Err() == nil {
			<-ticker.C
			fmt.Fprint(w, " ")
			_ = http.NewResponseController(w).Flush()
		}
	}))
	t.Cleanup(server.Close)
	conf := config(t, server.URL)
	conf.Credentials = remote.Credentials{AccessToken: "t"}
	conf.Timeout = 200 * time.Millisecond
	if _, err := newClient(t, conf).Get(t.Context(), "1"); err == nil || !strings.Contains(err.Error(), "no response within 200ms") {
		t.Errorf("err = %v", err)
	}
	conf.Timeout = time.Hour
	ctx, cancel := context.WithTimeoutCause(t.Context(), 200*time.Millisecond, errors.New("interrupted"))
	defer cancel()
	if _, err := newClient(t, conf).Get(ctx, "1"); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("err = %v", err)
	}
}

// The size limit applies to the decompressed body, which limits memory.
func TestABombTakesLittleMemory(t *testing.T) { //nolint:paralleltest // it measures what all tests take
	zipped := bomb(t)
	conf := config(t, raw(t, once(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(zipped), zipped))))
	conf.Credentials = remote.Credentials{AccessToken: "t"}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := newClient(t, conf).Create(t.Context(), json.RawMessage(`{"name":"x"}`))
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; err == nil || took > 150<<20 {
		t.Errorf("err = %v, %d MiB were taken", err, took>>20)
	}
}
