package policy

import (
	"fmt"

	"clusterctl/internal/cluster"
)

// Without a limit of its own, a plan that prunes deletes at most this share of the
// owned clusters, once there are as many as this.
const (
	defaultPercent = 30
	defaultFrom    = 10
)

// OverLimit says why n deletes are too many; it is empty if they are not.
func (p Policy) OverLimit(n int, isPruning bool, live []cluster.Live) string {
	if limit := p.MaxDeletes; limit != nil {
		if n <= *limit {
			return ""
		}
		return fmt.Sprintf("%s more than the limit of %d (policy.maxDeletes or --max-deletes)", deletesAre(n), *limit)
	}
	owned, from := p.owned(live)
	if !isPruning || from < defaultFrom || n*100 <= owned*defaultPercent {
		return ""
	}
	return fmt.Sprintf("%s more than %d %% of the %d owned clusters, the limit where prune is on (set another with policy.maxDeletes or --max-deletes)",
		deletesAre(n), defaultPercent, owned)
}

// owned counts the live clusters that are known to be owned, and those that may be: a
// type that is not known must not switch a limit off.
func (p Policy) owned(live []cluster.Live) (known, atMost int) {
	for _, l := range live {
		switch {
		case l.Type == "" && !p.Ignores(l.Name, ""):
			atMost++
		case p.Owns(l.Name, l.Type):
			known++
			atMost++
		}
	}
	return known, atMost
}

func deletesAre(n int) string {
	if n == 1 {
		return "1 delete is"
	}
	return fmt.Sprintf("%d deletes are", n)
}
