package sandbox

import (
	"bytes"
	"maps"
	"slices"
	"sync"
)

// memory is a state that ends with the process.
type memory struct {
	mu      sync.RWMutex
	buckets map[string]*memoryBucket
}

func newMemory() *memory {
	m := &memory{buckets: map[string]*memoryBucket{}}
	for _, name := range []string{metaBucket, clustersBucket, logsBucket, pastBucket, shownBucket} {
		m.buckets[name] = &memoryBucket{entries: map[string][]byte{}}
	}
	return m
}

func (m *memory) state() state {
	return state{
		meta: m.buckets[metaBucket], clusters: m.buckets[clustersBucket], logs: m.buckets[logsBucket],
		past: m.buckets[pastBucket], shown: m.buckets[shownBucket],
	}
}

func (m *memory) view(work func(state) error) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return work(m.state())
}

// update takes everything back if work fails.
func (m *memory) update(work func(state) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.buckets {
		b.before = map[string][]byte{}
	}
	err := work(m.state())
	if err == nil {
		return nil
	}
	for _, b := range m.buckets {
		b.restore()
	}
	return err
}

// memoryBucket is a bucket in memory.
type memoryBucket struct {
	entries  map[string][]byte
	sequence uint64
	// before has the values that the current transaction replaced; nil for none.
	before map[string][]byte
}

func (b *memoryBucket) Get(key []byte) []byte { return b.entries[string(key)] }

func (b *memoryBucket) Put(key, value []byte) error {
	b.remember(string(key))
	b.entries[string(key)] = bytes.Clone(value)
	return nil
}

func (b *memoryBucket) Delete(key []byte) error {
	b.remember(string(key))
	delete(b.entries, string(key))
	return nil
}

func (b *memoryBucket) ForEach(visit func(key, value []byte) error) error {
	for _, key := range slices.Sorted(maps.Keys(b.entries)) {
		if err := visit([]byte(key), b.entries[key]); err != nil {
			return err
		}
	}
	return nil
}

func (b *memoryBucket) Sequence() uint64 { return b.sequence }

// NextSequence returns the next number. A transaction that fails loses its numbers.
func (b *memoryBucket) NextSequence() (uint64, error) {
	b.sequence++
	return b.sequence, nil
}

func (b *memoryBucket) remember(key string) {
	if _, isKnown := b.before[key]; !isKnown {
		b.before[key] = b.entries[key]
	}
}

func (b *memoryBucket) restore() {
	for key, value := range b.before {
		if value == nil {
			delete(b.entries, key)
			continue
		}
		b.entries[key] = value
	}
}
