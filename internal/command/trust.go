package command

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
)

// maxCertificates bounds the file of --ca-file, in bytes. The bundle of a system
// has a quarter of a MiB.
const maxCertificates = 16 << 20

// transport trusts the certificates of --ca-file as well as those of the system.
func (o tenantOptions) transport(ctx context.Context, e env) (http.RoundTripper, error) {
	if o.caFile == "" {
		return e.Transport, nil
	}
	pem, err := readBounded(ctx, o.caFile, nil, maxCertificates)
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
