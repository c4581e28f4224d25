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

// refuseTwice refuses a proposal that would declare what is declared already, or write to a file that is there. All of it is named.
func refuseTwice(root string, tree *spec.Tree, out *report.Inferred) error {
	declared := map[string]string{} // "table orders": where
	put := func(what string, name spec.Str) { declared[what+" "+strings.ToLower(name.Value)] = name.Place.String() }
	for _, p := range tree.Pipelines {
		put("pipeline", p.Name)
		for _, e := range p.Tables.Entries {
			put("table", e.Key)
		}
		for _, e := range p.Snapshots.Entries {
			put("table", e.Key) // one name space
		}
	}
	var found []string
	note := func(what, name string) {
		if at, ok := declared[what+" "+strings.ToLower(name)]; ok && name != "" {
			found = append(found, what+" "+name+" is declared in "+at)
			delete(declared, what+" "+strings.ToLower(name))
		}
	}
	for _, t := range out.Tables {
		note("pipeline", t.Pipeline)
		note("table", t.Name)
		note("table", t.Snapshot)
	}
	for _, f := range out.Files {
		if _, err := os.Lstat(filepath.Join(root, filepath.FromSlash(f.Path))); !errors.Is(err, fs.ErrNotExist) {
			found = append(found, f.Path+" is there already")
		}
	}
	if len(found) == 0 {
		return nil
	}
	return usage("nothing was written; remove or rename what is there, choose another --name, or look at the proposal with --dry-run in an empty project", "%s", strings.Join(found, "; "))
}
