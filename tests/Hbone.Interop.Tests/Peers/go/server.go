package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/net/http2"
)

// A generation is what one graceful shutdown covers: the connections accepted since the last one.
type generation struct {
	base *http.Server
	h2   *http2.Server
}

func newGeneration() *generation {
	g := &generation{base: &http.Server{}, h2: &http2.Server{}}
	if err := http2.ConfigureServer(g.base, g.h2); err != nil {
		log.Fatal(err)
	}
	return g
}

// serve accepts for ever. On the command "drain" the present connections get GOAWAY; later ones are served as before.
func serve(listener net.Listener, config *tls.Config, allow string, commands <-chan string) {
	var gate sync.Mutex
	current := newGeneration()
	go func() {
		for command := range commands {
			if command != "drain" {
				log.Fatalf("unknown command %q", command)
			}
			gate.Lock()
			old := current
			current = newGeneration()
			gate.Unlock()
			go func() { _ = old.base.Shutdown(context.Background()) }()
		}
	}()

	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { terminate(w, r, allow) })
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		gate.Lock()
		mine := current
		gate.Unlock()
		go func() {
			secure := tls.Server(connection, config)
			if err := secure.Handshake(); err != nil {
				fmt.Println("refused", err)
				_ = connection.Close()
				return
			}
			mine.h2.ServeConn(secure, &http2.ServeConnOpts{BaseConfig: mine.base, Handler: handler})
		}()
	}
}

// terminate relays one CONNECT stream to its target.
//
// A handler of net/http ends its side of the stream by returning, and cannot read the request after that. So when the
// target ends first, the stream ends in both directions: END_STREAM, then RST_STREAM(NO_ERROR).
func terminate(w http.ResponseWriter, r *http.Request, allow string) {
	if r.Method != http.MethodConnect {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil || (r.Host != allow && host != "127.0.0.2") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	dialed, err := net.DialTimeout("tcp", r.Host, 10*time.Second)
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	target := dialed.(*net.TCPConn)
	defer target.Close()
	flusher := w.(http.Flusher)
	w.WriteHeader(http.StatusOK)
	flusher.Flush()

	up := make(chan error, 1)
	go func() {
		_, err := io.Copy(target, r.Body)
		if err == nil {
			_ = target.CloseWrite()
		} else {
			reset(target)
		}
		up <- err
	}()

	buffer := make([]byte, 64<<10)
	for {
		n, err := target.Read(buffer)
		if n > 0 {
			if _, failed := w.Write(buffer[:n]); failed != nil {
				reset(target)
				return
			}
			flusher.Flush()
		}
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			fmt.Println("target failed:", err)
			panic(http.ErrAbortHandler)
		}
	}
}

// reset makes the other side of a TCP connection see RST.
func reset(connection *net.TCPConn) {
	_ = connection.SetLinger(0)
	_ = connection.Close()
}
