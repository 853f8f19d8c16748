package policy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"clusterctl/internal/cluster"
)

// Limit is how many changes of one kind a plan may have: a number, or a percentage of the
// owned clusters.
type Limit struct {
	N         int
	IsPercent bool
}

// ErrNotLimit is the error of ParseLimit for text that is not a limit.
var ErrNotLimit = errors.New("expected a whole number or a percentage, such as 3 or 20%")

// ParseLimit parses a limit such as 3 or 20%, in plain digits.
func ParseLimit(s string) (Limit, error) {
	digits, isPercent := strings.CutSuffix(s, "%")
	n, err := strconv.Atoi(digits)
	switch {
	case err != nil || strconv.Itoa(n) != digits:
		return Limit{}, ErrNotLimit
	case n < 0:
		return Limit{}, errors.New("must be 0 or more")
	case isPercent && n > 100:
		return Limit{}, errors.New("must be at most 100%")
	default:
		return Limit{n, isPercent}, nil
	}
}

func (l Limit) String() string {
	if l.IsPercent {
		return strconv.Itoa(l.N) + "%"
	}
	return strconv.Itoa(l.N)
}

// allows reports whether n changes are within the limit. A percentage is rounded down.
func (l Limit) allows(n, owned int) bool {
	if l.IsPercent {
		return n*100 <= owned*l.N
	}
	return n <= l.N
}

// of shows the limit in a message.
func (l Limit) of(owned int) string {
	if l.IsPercent {
		return fmt.Sprintf("%s of %s in scope", l, clusters(owned))
	}
	return l.String()
}

// The default limit of the deletes of a plan that prunes.
const (
	defaultPercent = 30 // of the owned clusters
	defaultFrom    = 10 // owned clusters; with fewer there is no limit
)

const (
	raiseDeletes = "to allow more, set --max-deletes or policy.maxDeletes"
	raiseUpdates = "to allow more, set --max-updates or policy.maxUpdates"
)

// OverLimit says why n deletes are too many; it is empty if they are not.
func (p Policy) OverLimit(n int, isPruning bool, live []cluster.Live) string {
	if p.MaxDeletes != nil {
		return p.exceeds(*p.MaxDeletes, n, "delete", raiseDeletes, live)
	}
	owned, from := p.owned(live)
	share := Limit{defaultPercent, true}
	if !isPruning || from < defaultFrom || share.allows(n, owned) {
		return ""
	}
	return fmt.Sprintf("%s the default prune limit (%s); %s", exceed(n, "delete"), share.of(owned), raiseDeletes)
}

// OverUpdateLimit says why n updates are too many; it is empty if they are not.
func (p Policy) OverUpdateLimit(n int, live []cluster.Live) string {
	if p.MaxUpdates == nil {
		return ""
	}
	return p.exceeds(*p.MaxUpdates, n, "update", raiseUpdates, live)
}

// CountsOwned reports whether a limit is a percentage, so that all owned clusters have to
// be known.
func (p Policy) CountsOwned() bool {
	return p.MaxDeletes != nil && p.MaxDeletes.IsPercent || p.MaxUpdates != nil && p.MaxUpdates.IsPercent
}

func (p Policy) exceeds(limit Limit, n int, what, raise string, live []cluster.Live) string {
	owned, _ := p.owned(live)
	if limit.allows(n, owned) {
		return ""
	}
	return fmt.Sprintf("%s the limit of %s; %s", exceed(n, what), limit.of(owned), raise)
}

// owned counts the live clusters that the files own. Those that may not be owned, or may be
// listed twice, are only in atMost: they never raise a percentage, and never switch the
// default limit off.
func (p Policy) owned(live []cluster.Live) (known, atMost int) {
	for _, l := range live {
		switch {
		case l.Type == "" && !p.Ignores(l.Name, ""):
			atMost++
		case p.Owns(l.Name, l.Type):
			atMost++
			if l.Problem == "" {
				known++
			}
		}
	}
	return known, atMost
}

func exceed(n int, what string) string {
	if n == 1 {
		return "1 " + what + " exceeds"
	}
	return fmt.Sprintf("%d %ss exceed", n, what)
}

func clusters(n int) string {
	if n == 1 {
		return "1 cluster"
	}
	return fmt.Sprintf("%d clusters", n)
}
