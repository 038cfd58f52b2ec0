package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"sync"

	"golang.org/x/net/http2"
)

// forward serves HTTP/1.1 CONNECT on loopback. The answer carries the status of the HBONE server; 502 with an "Error"
// header says that there was none.
func forward(listener net.Listener, config *tls.Config, via string) {
	transport := &http2.Transport{
		TLSClientConfig: config,
		DialTLS: func(network, address string, config *tls.Config) (net.Conn, error) {
			connection, err := tls.Dial(network, via, config)
			if err == nil {
				fmt.Println("connected", connection.LocalAddr())
			}
			return connection, err
		},
	}
	log.Fatal(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tunnel(transport, w, r, via)
	})))
}

func tunnel(transport http.RoundTripper, w http.ResponseWriter, r *http.Request, via string) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	body, feed := io.Pipe()
	request := (&http.Request{
		Method:        http.MethodConnect,
		URL:           &url.URL{Scheme: "https", Host: via},
		Host:          r.Host,
		Header:        http.Header{},
		Body:          body,
		ContentLength: -1,
	}).WithContext(ctx)
	response, err := transport.RoundTrip(request)
	if err != nil {
		w.Header().Set("Error", err.Error())
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		w.WriteHeader(response.StatusCode)
		return
	}

	hijacked, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		log.Fatal(err)
	}
	local := hijacked.(*net.TCPConn)
	defer local.Close()
	_, _ = io.WriteString(local, "HTTP/1.1 200 OK\r\n\r\n")

	var both sync.WaitGroup
	both.Add(2)
	go func() {
		defer both.Done()
		early := io.LimitReader(buffered, int64(buffered.Reader.Buffered()))
		if _, err := io.Copy(feed, io.MultiReader(early, local)); err != nil {
			fmt.Println("application failed:", err)
			_ = feed.CloseWithError(err)
			cancel()
			return
		}
		_ = feed.Close()
	}()
	go func() {
		defer both.Done()
		if _, err := io.Copy(local, response.Body); err != nil {
			fmt.Println("stream failed:", err)
			reset(local)
			return
		}
		_ = local.CloseWrite()
	}()
	both.Wait()
}
