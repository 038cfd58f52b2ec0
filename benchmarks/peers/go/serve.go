package main

import (
	"crypto/tls"
	"log"
	"net"
	"net/http"

	"golang.org/x/net/http2"
)

// serve terminates CONNECT streams to the one target. The window of a stream is the library's 1 MiB, but that is also its
// window of a connection, which all streams of a client would share: this one has room for four that are full, like the
// connection of `hbone serve`.
func serve(listener net.Listener, config *tls.Config, target string) error {
	server := &http.Server{
		TLSConfig: config,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			terminate(w, r, target)
		}),
	}
	err := http2.ConfigureServer(server, &http2.Server{
		MaxReadFrameSize:             maxFrameBytes,
		MaxUploadBufferPerStream:     1 << 20,
		MaxUploadBufferPerConnection: 4 << 20,
	})
	if err != nil {
		return err
	}
	return server.ServeTLS(listener, "", "")
}

// terminate relays one CONNECT stream. Its return ends the stream in both directions; until the target ends, the client
// may end its own direction alone.
func terminate(w http.ResponseWriter, r *http.Request, target string) {
	if r.Method != http.MethodConnect || r.Host != target {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	dialed, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", target)
	if err != nil {
		log.Print(err)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	connection := dialed.(*net.TCPConn)
	defer connection.Close()
	answer := flushed{w, w.(http.Flusher)}
	w.WriteHeader(http.StatusOK)
	answer.Flush()

	go func() {
		if relay(connection, r.Body) == nil {
			_ = connection.CloseWrite()
		} else {
			_ = connection.Close()
		}
	}()
	if relay(answer, connection) != nil {
		panic(http.ErrAbortHandler)
	}
}

// flushed sends each write at once.
type flushed struct {
	http.ResponseWriter
	http.Flusher
}

func (f flushed) Write(data []byte) (int, error) {
	n, err := f.ResponseWriter.Write(data)
	f.Flush()
	return n, err
}
