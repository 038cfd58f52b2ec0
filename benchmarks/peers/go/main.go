// Command tunnel carries TCP in HTTP/2 CONNECT streams over mutual TLS 1.3 with golang.org/x/net/http2: the pair that
// compare.sh measures beside `hbone forward` and `hbone serve`.
//
//	tunnel serve   -identity DIR -peer ID -listen IP:PORT -target HOST:PORT
//	tunnel forward -identity DIR -peer ID -listen IP:PORT -target HOST:PORT -via HOST:PORT
//
// Both print "listening on ADDRESS" once they accept, and run until they are stopped.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"os"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("usage: tunnel serve|forward FLAGS")
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	identity := flags.String("identity", "", "folder with svid.pem, svid_key.pem and bundle.pem")
	peer := flags.String("peer", "", "the SPIFFE ID the other side must have")
	listen := flags.String("listen", "127.0.0.1:0", "where to listen")
	target := flags.String("target", "", "forward: the authority to ask for; serve: the one authority to allow")
	via := flags.String("via", "", "forward: the server")
	_ = flags.Parse(os.Args[2:])

	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", listener.Addr())
	switch os.Args[1] {
	case "serve":
		log.Fatal(serve(listener, mustServerTLS(*identity, *peer), *target))
	case "forward":
		log.Fatal(forward(listener, mustClientTLS(*identity, *peer), *via, *target))
	default:
		log.Fatalf("unknown role %q", os.Args[1])
	}
}
