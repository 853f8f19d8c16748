package cluster

import "strconv"

// Count is a number that a tenant may not have returned. The zero value is
// unknown, never zero.
type Count struct {
	known bool
	n     int
}

// Exactly returns the known count n.
func Exactly(n int) Count { return Count{known: true, n: n} }

// Known returns the count, and false if it is unknown.
func (c Count) Known() (n int, ok bool) { return c.n, c.known }

// IsZero reports whether the count is known to be zero.
func (c Count) IsZero() bool { return c.known && c.n == 0 }

// String returns the number, or ? if it is unknown.
func (c Count) String() string {
	if !c.known {
		return "?"
	}
	return strconv.Itoa(c.n)
}

// MarshalJSON returns the number, or null if it is unknown.
func (c Count) MarshalJSON() ([]byte, error) {
	if !c.known {
		return []byte("null"), nil
	}
	return []byte(strconv.Itoa(c.n)), nil
}

// Equal reports whether two counts are the same. Two unknown counts are.
func (c Count) Equal(other Count) bool { return c == other }

// Attachments describes counts of clients and services, such as "2 clients and 1 service".
func Attachments(clients, services Count) string {
	return clients.of("client") + " and " + services.of("service")
}

func (c Count) of(noun string) string {
	if c != Exactly(1) {
		noun += "s"
	}
	return c.String() + " " + noun
}
