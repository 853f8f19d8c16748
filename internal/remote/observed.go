package remote

// Reading is a part of a tenant that takes long to read.
type Reading string

// The parts of a tenant that take long to read.
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

// unobserved is a client whose reading does not count as progress.
func (c *Client) unobserved() *Client {
	silent := *c
	silent.config.Observer.Reading, silent.config.Observer.Read = nil, nil
	return &silent
}
