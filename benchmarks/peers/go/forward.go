package main

import (
	"context"
	"crypto/tls"
	"log"
	"net"
	"net/http"
	"net/url"

	"golang.org/x/net/http2"
)

// forward opens a CONNECT stream for each connection it accepts. The transport keeps one HTTP/2 connection for all of
// them. Its windows are the library's, 4 MiB for a stream and 1 GiB for the connection: no transfer waits for them.
func forward(listener net.Listener, config *tls.Config, via, target string) error {
	transport := &http2.Transport{
		TLSClientConfig:    config,
		MaxReadFrameSize:   maxFrameBytes,
		DisableCompression: true,
		DialTLSContext: func(ctx context.Context, network, _ string, config *tls.Config) (net.Conn, error) {
			return (&tls.Dialer{Config: config}).DialContext(ctx, network, via)
		},
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go open(transport, connection.(*net.TCPConn), via, target)
	}
}

// open relays one connection. The transport reads the request body straight from the socket, so that no pipe lies between.
// The end of the response is the end of both directions, since it is so for a server of net/http.
func open(transport *http2.Transport, local *net.TCPConn, via, target string) {
	defer local.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	request := (&http.Request{
		Method:        http.MethodConnect,
		URL:           &url.URL{Scheme: "https", Host: via},
		Host:          target,
		Header:        http.Header{},
		Body:          receivingHalf{local},
		ContentLength: -1,
	}).WithContext(ctx)

	response, err := transport.RoundTrip(request)
	if err != nil {
		log.Print(err)
		return
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		log.Print("refused: ", response.Status)
		return
	}
	_ = relay(local, response.Body)
}

// receivingHalf is what the application sends. The transport closes it to stop a read, which must not stop writes.
type receivingHalf struct{ *net.TCPConn }

func (half receivingHalf) Close() error { return half.CloseRead() }
