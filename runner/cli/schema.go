package cli

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"streamflow/runner/report"
	"streamflow/runner/schema"
	"streamflow/runner/spec"
)

func schemaCommand(a *app) *cobra.Command {
	var project string
	c := &cobra.Command{
		Use:   "schema [--project [DIR]]",
		Short: "The JSON Schema of specs, with which an editor completes and explains keys",
		Long: `Schema writes the JSON Schema (draft-07) of every kind of spec: an editor with a YAML language server then completes keys, explains
them, and marks faults as they are typed. A spec names it in its first line, relative to itself:

  # yaml-language-server: $schema=../runner.schema.json

With --project, the names of this project are in it: tables, columns, snapshots, views, services, entities and parameters are offered
where one is expected. Write it again when names were added.`,
		Example: "runner schema --output runner.schema.json\nrunner schema --project --output runner.schema.json",
		Args:    atMost(1, "no arguments but the folder of --project"),
		RunE: func(c *cobra.Command, args []string) error {
			return a.schema(c.Flags().Changed("project"), append(args, project)[0])
		},
	}
	c.Flags().StringVar(&project, "project", "", "with the names of this project, or of the one in the folder `DIR`")
	c.Flags().Lookup("project").NoOptDefVal = here
	return describe(c, needs{"no", "no", "the file of --output, if given"})
}

// here stands for a --project without a folder: the project around the place where one stands.
const here = "."

// schema writes the schema. Faults of a project do not matter here: names are taken from whatever could be read.
func (a *app) schema(ofProject bool, dir string) error {
	if err := a.flags.check(); err != nil {
		return err
	}
	if !ofProject && dir != "" {
		return usage("name a folder with --project", "schema takes no argument %q", dir)
	}
	if dir != here && dir != "" {
		a.flags.project = dir
	}
	text, err := schema.Of(spec.Manual(), nil)
	if ofProject {
		var root string
		if root, err = a.findRoot("."); err == nil {
			text, err = projectSchema(root)
		}
	}
	if err != nil {
		return err
	}
	return a.result(func(w io.Writer, _ report.TextOptions) error {
		_, err := w.Write(text)
		return err
	})
}

// projectSchema is the schema with the names of a project.
func projectSchema(root string) ([]byte, error) {
	tree, faults := spec.Load(os.DirFS(root), specPaths(os.DirFS(root), nil))
	return schema.Of(spec.Manual(), schema.NamesOf(tree, !faults.HasErrors()))
}
