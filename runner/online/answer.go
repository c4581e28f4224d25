package online

import (
	"context"

	"streamflow/runner/feature"
)

// Answer answers a request: one read, and what is said of what it found.
func Answer(ctx context.Context, store Store, set *feature.Set, request feature.Request) (*feature.Answer, error) {
	records, err := store.Read(ctx, set, request.Keys)
	if err != nil {
		return nil, err
	}
	return set.Answer(records, request)
}
