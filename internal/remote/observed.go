package remote

// Reading is what takes long to read of a tenant.
type Reading string

// What is read of a tenant.
const (
	Clusters   Reading = "clusters"
	LogConfigs Reading = "log configurations"
)

// reading tells what is about to be read.
func (o Observer) reading(what Reading, total int) {
	if o.Reading != nil {
		o.Reading(what, total)
	}
}

// read tells that n more were read.
func (o Observer) read(n int) {
	if o.Read != nil {
		o.Read(n)
	}
}

// unobserved is a client for reading beside what is being told of.
func (c *Client) unobserved() *Client {
	silent := *c
	silent.config.Observer.Reading, silent.config.Observer.Read = nil, nil
	return &silent
}
