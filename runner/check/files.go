package check

import (
	"fmt"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// MissingFiles warns of sources of listed partitions that are not there (R204). It asks exists about every path, as the spec gives it:
// slash-separated, below the project unless a parameter brought an absolute one, and a pattern (path.Match) when it holds * ? or [.
// It is no error, because CI has no data, and neither has a month to come. Paths that only the environment or a flag completes, and the
// partitions of a regular series, are not judged.
func MissingFiles(p *model.Project, exists func(pattern string) bool) diag.List {
	var list diag.List
	for _, pl := range p.Pipelines {
		for _, l := range pl.Loads {
			for _, part := range partitionsOf(pl) {
				if at, ok := sourcePath(pl, part, l); ok && !exists(at) {
					list.Add(byID("R204").At(l.Source.Origin, missingMessage(at, l), "apply will refuse this partition until it is"))
				}
			}
		}
	}
	list.Sort()
	return list
}

func missingMessage(at string, l *model.Load) string {
	if strings.ContainsAny(at, "*?[") {
		return fmt.Sprintf("no file for %q is there: %s", l.Table.Name, at)
	}
	return at + " is not there"
}

// sourcePath fills the path of a source for a partition; false when something of it is not known yet.
func sourcePath(pl *model.Pipeline, part model.Partition, l *model.Load) (string, bool) {
	values := map[string]string{}
	for _, p := range pl.Params {
		if p.Default != nil {
			values[p.Name] = *p.Default
		}
	}
	for name, v := range part.Values {
		values[name] = v
	}
	for _, piece := range l.Source.Path {
		if piece.Env != "" {
			return "", false
		}
	}
	at, err := l.Source.Path.Fill(values, func(string) string { return "" })
	return at, err == nil && at != ""
}
