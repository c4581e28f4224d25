package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"streamflow/runner/report"
	"streamflow/runner/spec"
)

// conflicts names what a proposal would declare that is declared already, and the files of it that are there.
func conflicts(root string, tree *spec.Tree, out *report.Inferred) (found []string) {
	pipelines, relations := map[string]string{}, map[string]string{} // what was declared, and where; tables and snapshots have one name space
	declare := func(into map[string]string, what string, name spec.Str) {
		into[strings.ToLower(name.Value)] = what + " " + name.Value + " is declared in " + name.Place.String()
	}
	for _, p := range tree.Pipelines {
		declare(pipelines, "pipeline", p.Name)
		for _, e := range p.Tables.Entries {
			declare(relations, "table", e.Key)
		}
		for _, e := range p.Snapshots.Entries {
			declare(relations, "snapshot", e.Key)
		}
	}
	note := func(declared map[string]string, name string) {
		if text, ok := declared[strings.ToLower(name)]; ok {
			found = append(found, text)
			delete(declared, strings.ToLower(name)) // it is told once
		}
	}
	for _, t := range out.Tables {
		note(pipelines, t.Pipeline)
		note(relations, t.Name)
		if t.Snapshot != "" {
			note(relations, t.Snapshot)
		}
	}
	for _, f := range out.Files {
		if _, err := os.Lstat(filepath.Join(root, filepath.FromSlash(f.Path))); !errors.Is(err, fs.ErrNotExist) {
			found = append(found, f.Path+" is there already")
		}
	}
	return found
}
