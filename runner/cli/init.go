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
file: when one of its specs or data files is there already, nothing is written. A README, a .gitignore, and files of editors and CI that are there stay.

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
	list, kept, err := onlyNew(full, append(e.Files(filepath.Base(full)), scaffold.File{Path: scaffold.Schema}))
	if err != nil {
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
		return report.Created(w, a.flags.format == formatJSON, report.NewFiles{Dir: dir, Files: paths, Kept: kept}, next, opts)
	})
}

// onlyNew drops the files beside the specs that are there already, and returns their paths. It refuses when another one is there, and names
// every such file.
func onlyNew(dir string, all []scaffold.File) (list []scaffold.File, kept []string, err error) {
	var there []string
	for _, f := range all {
		_, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(f.Path)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			list = append(list, f)
		case f.Beside:
			kept = append(kept, f.Path)
		default:
			there = append(there, f.Path)
		}
	}
	if len(there) == 0 {
		return list, kept, nil
	}
	more := ""
	if len(there) > 5 {
		more, there = fmt.Sprintf(" and %d more", len(there)-5), there[:5]
	}
	return nil, nil, usage("give another folder, or move them away: nothing was written", "%s has %s%s already", dir, strings.Join(there, ", "), more)
}
