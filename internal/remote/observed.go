package remote

// Reading is a part of a tenant whose reading is reported as progress.
type Reading string

// The parts of a tenant whose reading is reported.
const (
	Clusters   Reading = "clusters"
	LogConfigs Reading = "log configurations"
)

func (o Observer) reading(what Reading, total int) {
	if o.Reading != nil {
		o.Reading(what, total)
	}
}

func (o Observer) read(n int) {
	if o.Read != nil {
		o.Read(n)
	}
}

// unobserved returns a client that reports no progress.
func (c *Client) unobserved() *Client {
	silent := *c
	silent.config.Observer.Reading, silent.config.Observer.Read = nil, nil
	return &silent
}
