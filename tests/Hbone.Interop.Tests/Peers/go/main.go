// Command peer speaks HBONE with golang.org/x/net/http2, for the interop tests of Hbone for .NET.
//
//	peer server -identity DIR -peer ID -allow HOST:PORT
//	peer client -identity DIR -peer ID -via HOST:PORT
//
// The server terminates CONNECT streams; the client is an HTTP/1.1 CONNECT proxy on loopback that opens one CONNECT stream
// for each request. Both print "listening ADDRESS" once they can be used, and end when standard input does.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("usage: peer server|client FLAGS")
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	identity := flags.String("identity", "", "folder with svid.pem, svid_key.pem and bundle.pem")
	peer := flags.String("peer", "", "the SPIFFE ID the other side must have")
	allow := flags.String("allow", "", "server: the one target that may be reached, beside closed ports of 127.0.0.2")
	via := flags.String("via", "", "client: the HBONE server")
	_ = flags.Parse(os.Args[2:])

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	commands := make(chan string)
	switch os.Args[1] {
	case "server":
		go serve(listener, mustServerTLS(*identity, *peer), *allow, commands)
	case "client":
		go forward(listener, mustClientTLS(*identity, *peer), *via)
	default:
		log.Fatalf("unknown role %q", os.Args[1])
	}
	fmt.Println("listening", listener.Addr())

	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		commands <- input.Text()
	}
}
