package applier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// create creates a cluster in up to three steps: what POST takes, what it does
// not take, and the log configuration.
func (j *job) create(ctx context.Context) error {
	begun, err := j.expectNoNamesake(ctx)
	switch {
	case err != nil:
		return err
	case begun:
		return j.follow(ctx, nil)
	}
	return j.follow(ctx, j.post(ctx))
}

// follow takes the steps that come after the POST. A field that one step could
// not bring into force does not keep the next step from being taken, nor does a
// listing that did not show whether the cluster is the only one of its name.
func (j *job) follow(ctx context.Context, posted error) error {
	steps := stepErrors{}
	err := posted
	for _, request := range j.change.Requests[1:] {
		if !allowsNextStep(err) {
			break
		}
		steps = steps.with(err)
		err = j.followStep(ctx, request)
	}
	return steps.with(err).orNil()
}

func (j *job) followStep(ctx context.Context, request planner.Request) error {
	if request.Method == "PATCH" {
		return j.complete(ctx, request.Body)
	}
	return j.putLog(ctx, request, nil)
}

func allowsNextStep(err error) bool {
	word := wordFor(err)
	return word == Applied || word == NotApplied || word == Unverified
}

// expectNoNamesake looks up the name right before the cluster is created: names
// are not unique, and nobody wants two. A cluster that an interrupted run
// created is recognized: begun, it only has to be completed.
func (j *job) expectNoNamesake(ctx context.Context) (begun bool, err error) {
	named, err := j.find(ctx)
	switch {
	case errors.Is(err, errUnverified):
		return false, fmt.Errorf("%w, so a cluster of this name may exist already; use --trust-listing to create it anyway", err)
	case err != nil || len(named) == 0:
		return false, err
	}
	j.ledger.exists(named)
	if len(named) > 1 {
		return false, conflictf("%d clusters of this name have come meanwhile", len(named))
	}
	j.id = named[0].ID
	j.made = j.served(ctx, named[0].Document)
	return j.judge(ctx, conflictf("another cluster of this name has come meanwhile: %s", j.id))
}

// judge reports whether the one cluster that has the name is begun. It returns
// errUnchanged if it is as wanted, and the given error if it is another.
func (j *job) judge(ctx context.Context, another error) (begun bool, err error) {
	missing, err := planner.Compare(j.made, j.change.PostedAfter())
	switch {
	case err != nil:
		return false, err
	case len(missing) > 0:
		return false, another
	}
	log, err := j.logInForce(ctx)
	if err != nil {
		return false, err
	}
	now := j.opts.Now()
	meets, err := j.change.IsMetBy(j.made, log, now)
	switch {
	case err != nil:
		return false, err
	case meets:
		return false, errUnchanged
	}
	begun, err = j.change.IsBegun(j.made, log, now)
	if err == nil && !begun {
		err = another
	}
	return begun, err
}

// logInForce reads the log configuration, if the change sets one.
func (j *job) logInForce(ctx context.Context) (*cluster.LiveLogConfig, error) {
	if _, ok := j.change.LogRequest(); !ok {
		return nil, nil
	}
	state, err := j.writer.LogConfig(ctx, j.id)
	return state.Config, err
}

// posted is what the POST of the change sends.
func (j *job) posted() json.RawMessage { return j.change.Requests[0].Body }
