package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
)

// transport sends to a tenant. With --ca-file it trusts the certificates in
// that file beside those of the system; it verifies all the same.
func (o tenantOptions) transport(e env) (http.RoundTripper, error) {
	if o.caFile == "" {
		return e.Transport, nil
	}
	pem, err := os.ReadFile(o.caFile)
	if err != nil {
		return nil, fmt.Errorf("--ca-file: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("certificates of the system: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("--ca-file %s: no certificate in it (PEM is expected)", o.caFile)
	}
	base, ok := e.Transport.(*http.Transport)
	if !ok {
		return nil, fmt.Errorf("--ca-file: this transport (%T) knows no certificates", e.Transport)
	}
	trusting := base.Clone()
	trusting.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return trusting, nil
}
