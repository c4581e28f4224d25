package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/report"
	"streamflow/runner/scaffold"
)

func initCommand(a *app) *cobra.Command {
	examples := scaffold.Examples()
	name := examples[0].Name
	var names, about []string
	for _, e := range examples {
		names, about = append(names, e.Name), append(about, e.Name+": "+e.About)
	}
	c := describe(&cobra.Command{
		Use:   "init [DIR]",
		Short: "A new project: example specs and data, editor and CI files",
		Long: `Init writes a project that lints, plans and applies at once, into DIR or the current folder. It asks nothing, and it never writes over a
file: when one of its files is there already, nothing is written.

Examples:
  ` + strings.Join(about, "\n  "),
		Example: "runner init shop\nrunner init --example streamflow",
		Args:    atMost(1, "one folder"),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := a.flags.check(); err != nil {
				return err
			}
			if err := oneOf("--example", name, names...); err != nil {
				return err
			}
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			for _, e := range examples {
				if e.Name == name {
					return a.initProject(dir, e)
				}
			}
			return nil
		},
	}, needs{"no", "no", "the files of the project"})
	c.Flags().StringVar(&name, "example", name, "what to begin with: "+strings.Join(names, " or "))
	return c
}

// initProject writes the files of an example, all or none.
func (a *app) initProject(dir string, e scaffold.Example) error {
	full, err := filepath.Abs(dir)
	if err != nil {
		return surrounding("", err)
	}
	list := append(e.Files(filepath.Base(full)), scaffold.File{Path: scaffold.Schema})
	if err = refuseExisting(full, list); err != nil {
		return err
	}
	last := len(list) - 1
	written, err := writeNew(full, list[:last])
	if err == nil { // the schema knows the names in the specs
		list[last].Content, err = projectSchema(full)
	}
	if err == nil {
		_, err = writeNew(full, list[last:])
	}
	if err != nil {
		return takeBack(written, err)
	}
	return a.result(func(w io.Writer, opts report.TextOptions) error {
		paths := make([]string, len(list))
		for i, f := range list {
			paths[i] = f.Path
		}
		next := "runner lint"
		if dir != "." {
			next = "cd " + dir + " && " + next
		}
		return report.Created(w, a.flags.format == formatJSON, dir, paths, next, opts)
	})
}

// refuseExisting names every file that is there already.
func refuseExisting(dir string, list []scaffold.File) error {
	var there []string
	for _, f := range list {
		if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(f.Path))); !errors.Is(err, fs.ErrNotExist) {
			there = append(there, f.Path)
		}
	}
	if len(there) == 0 {
		return nil
	}
	more := ""
	if len(there) > 5 {
		more, there = fmt.Sprintf(" and %d more", len(there)-5), there[:5]
	}
	return usage("give another folder, or move them away: nothing was written", "%s has %s%s already", dir, strings.Join(there, ", "), more)
}
