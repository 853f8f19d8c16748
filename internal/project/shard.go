package project

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Shard is a share of the tenants: number Index of Count, from 1. The zero value is all.
type Shard struct{ Index, Count int }

// maxShards limits the number of shards.
const maxShards = 10_000

// ParseShard parses I/N.
func ParseShard(s string) (Shard, error) {
	index, count, _ := strings.Cut(s, "/")
	i, errIndex := strconv.Atoi(index)
	n, errCount := strconv.Atoi(count)
	if errIndex != nil || errCount != nil || i < 1 || i > n || n > maxShards {
		return Shard{}, errors.New("expected I/N with I from 1 to N, such as 1/4")
	}
	return Shard{i, n}, nil
}

// Of returns the tenants of the shard. A tenant that is added moves no other one, and one more
// shard takes only its own share from the others.
func (s Shard) Of(tenants []Tenant) []Tenant {
	if s.Count == 0 {
		return tenants
	}
	return slices.DeleteFunc(slices.Clone(tenants), func(t Tenant) bool { return s.indexOf(t.Name) != s.Index })
}

// indexOf returns the shard with the highest hash for a name (rendezvous hashing).
func (s Shard) indexOf(name string) (index int) {
	best := ""
	for i := 1; i <= s.Count; i++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", name, i))
		if hash := string(sum[:]); hash > best {
			best, index = hash, i
		}
	}
	return index
}
