package remote

import "fmt"

// Secret is a text that must not be printed, logged or stored. Formatted or encoded, it is always
// ***.
type Secret string

const masked = "***"

// String masks the secret.
func (Secret) String() string { return masked }

// Format masks the secret for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, masked) }

// MarshalText masks the secret in JSON and other encodings.
func (Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }
