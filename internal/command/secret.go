package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"clusterctl/internal/remote"
)

// maxSecret bounds a secret's file: what is larger is none.
const maxSecret = 64 << 10

func readSecret(ctx context.Context, path string) (remote.Secret, error) {
	data, err := readBounded(ctx, path, nil, maxSecret)
	if err != nil {
		return "", err
	}
	secret, err := parseSecret(string(data))
	if err == nil && secret == "" {
		err = errors.New("it is empty")
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return secret, nil
}

// parseSecret trims a secret. One that an editor or a shell has damaged is an error,
// which does not quote it: the tenant would refuse it without saying why.
func parseSecret(text string) (remote.Secret, error) {
	const remedy = "save it as UTF-8 without a byte-order mark"
	switch trimmed := strings.TrimSpace(text); {
	case strings.HasPrefix(text, "\xff\xfe"), strings.HasPrefix(text, "\xfe\xff"), strings.ContainsRune(text, 0):
		return "", errors.New("it is UTF-16 (" + remedy + ")")
	case strings.HasPrefix(trimmed, "\ufeff"):
		return "", errors.New("it begins with a byte-order mark (" + remedy + ")")
	case strings.ContainsAny(trimmed, "\r\n"):
		return "", errors.New("it has more than one line (keep nothing but the secret in it)")
	case !utf8.ValidString(trimmed), strings.ContainsFunc(trimmed, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "", errors.New("it holds characters that no secret has (" + remedy + ")")
	default:
		return remote.Secret(trimmed), nil
	}
}
