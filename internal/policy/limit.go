package policy

import (
	"fmt"

	"clusterctl/internal/cluster"
)

// The default limit of a plan that prunes.
const (
	defaultPercent = 30 // of the owned clusters
	defaultFrom    = 10 // owned clusters; with fewer there is no limit
)

const raise = "to allow more, set --max-deletes or policy.maxDeletes"

// OverLimit says why n deletes are too many; it is empty if they are not.
func (p Policy) OverLimit(n int, isPruning bool, live []cluster.Live) string {
	if limit := p.MaxDeletes; limit != nil {
		if n <= *limit {
			return ""
		}
		return fmt.Sprintf("%s the limit of %d; %s", deletesExceed(n), *limit, raise)
	}
	owned, from := p.owned(live)
	if !isPruning || from < defaultFrom || n*100 <= owned*defaultPercent {
		return ""
	}
	return fmt.Sprintf("%s the default prune limit (%d%% of %s in scope); %s", deletesExceed(n), defaultPercent, clusters(owned), raise)
}

// owned counts the live clusters that the files own. atMost includes those of unknown
// type, so that they do not switch the limit off.
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

func deletesExceed(n int) string {
	if n == 1 {
		return "1 delete exceeds"
	}
	return fmt.Sprintf("%d deletes exceed", n)
}

func clusters(n int) string {
	if n == 1 {
		return "1 cluster"
	}
	return fmt.Sprintf("%d clusters", n)
}
