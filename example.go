// Package streamflow holds the specs of the example project, so that `runner init` can give them to others.
package streamflow

import "embed"

// Specs are the example's files below the root of this repository. Its data is made by package generate.
//
//go:embed runner.yaml pipelines expectations featureviews
var Specs embed.FS
