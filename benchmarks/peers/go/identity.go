package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

func mustServerTLS(dir, peer string) *tls.Config {
	config, roots := mustLoad(dir)
	config.ClientAuth = tls.RequireAndVerifyClientCert
	config.ClientCAs = roots
	config.VerifyConnection = func(state tls.ConnectionState) error {
		return expect(state.PeerCertificates[0], peer)
	}
	return config
}

func mustClientTLS(dir, peer string) *tls.Config {
	config, roots := mustLoad(dir)
	// An SVID names a workload by URI and has no host name to check. What this flag leaves out, VerifyConnection does.
	config.InsecureSkipVerify = true
	config.VerifyConnection = func(state tls.ConnectionState) error {
		intermediates := x509.NewCertPool()
		for _, certificate := range state.PeerCertificates[1:] {
			intermediates.AddCert(certificate)
		}
		_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: intermediates})
		if err != nil {
			return err
		}
		return expect(state.PeerCertificates[0], peer)
	}
	return config
}

func mustLoad(dir string) (*tls.Config, *x509.CertPool) {
	certificate, err := tls.LoadX509KeyPair(filepath.Join(dir, "svid.pem"), filepath.Join(dir, "svid_key.pem"))
	if err != nil {
		log.Fatal(err)
	}
	pem, err := os.ReadFile(filepath.Join(dir, "bundle.pem"))
	if err != nil {
		log.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		log.Fatal("no certificate in the bundle")
	}
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		NextProtos:   []string{"h2"},
		Certificates: []tls.Certificate{certificate},
	}, roots
}

func expect(certificate *x509.Certificate, peer string) error {
	if len(certificate.URIs) != 1 || certificate.URIs[0].String() != peer {
		return fmt.Errorf("expected %s, saw %v", peer, certificate.URIs)
	}
	return nil
}
