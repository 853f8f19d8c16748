package command

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"clusterctl/internal/remote"
)

func (o tenantOptions) credentials(ctx context.Context, e env) (c remote.Credentials, err error) {
	c.ClientID = o.clientID
	if o.secretFile != "" {
		if c.ClientSecret, err = readSecret(ctx, o.secretFile); err != nil {
			err = fmt.Errorf("--client-secret-file: %w", err)
		}
	} else if c.ClientSecret, err = parseSecret(e.Getenv("SAIL_CLIENT_SECRET")); err != nil {
		err = fmt.Errorf("SAIL_CLIENT_SECRET: %w", err)
	}
	if err != nil {
		return c, err
	}
	if c.AccessToken, err = parseSecret(e.Getenv("CLUSTERCTL_ACCESS_TOKEN")); err != nil {
		return c, fmt.Errorf("CLUSTERCTL_ACCESS_TOKEN: %w", err)
	}
	e.learn(string(c.ClientSecret))
	e.learn(string(c.AccessToken))
	return c, nil
}

// maxSecret limits the size of a secret's file, in bytes.
const maxSecret = 64 << 10

func readSecret(ctx context.Context, path string) (remote.Secret, error) {
	data, err := readBounded(ctx, path, nil, maxSecret)
	if err != nil {
		return "", err
	}
	secret, err := parseSecret(string(data))
	if err == nil && secret == "" {
		err = errors.New("empty (put the secret in it)")
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return secret, nil
}

// parseSecret trims a secret. A secret that an editor or a shell has damaged is an error,
// because the tenant would refuse it without a reason. The error does not quote it.
func parseSecret(text string) (remote.Secret, error) {
	const remedy = "save it as UTF-8 without a byte-order mark"
	switch trimmed := strings.TrimSpace(text); {
	case strings.HasPrefix(text, "\xff\xfe"), strings.HasPrefix(text, "\xfe\xff"), strings.ContainsRune(text, 0):
		return "", errors.New("encoded as UTF-16 (" + remedy + ")")
	case strings.HasPrefix(trimmed, "\ufeff"):
		return "", errors.New("a byte-order mark at the beginning (" + remedy + ")")
	case strings.ContainsAny(trimmed, "\r\n"):
		return "", errors.New("more than one line (keep only the secret)")
	case !utf8.ValidString(trimmed), strings.ContainsFunc(trimmed, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "", errors.New("invalid characters in the secret (" + remedy + ")")
	default:
		return remote.Secret(trimmed), nil
	}
}

// maxCertificates limits the size of --ca-file, in bytes. The bundle of a system has about
// 256 KiB.
const maxCertificates = 16 << 20

// transport returns a transport that trusts the certificates of the system and of
// --ca-file.
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
		return nil, fmt.Errorf("system certificates: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("--ca-file %s: no certificates found (expected PEM)", o.caFile)
	}
	base, ok := e.Transport.(*http.Transport)
	if !ok {
		return nil, errors.New("--ca-file is not supported by this transport")
	}
	trusting := base.Clone()
	trusting.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return trusting, nil
}
