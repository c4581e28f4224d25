package cli

import "github.com/spf13/cobra"

// completePipelines offers the pipelines of the project to the shell. (The command `completion` itself is cobra's.)
func (a *app) completePipelines(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	root, err := a.findRoot(".")
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	p := readProject(root, nil, a.now())
	if p.model == nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var out []string
	for _, pl := range p.model.Pipelines {
		out = append(out, pl.Name+"\t"+pl.Description)
	}
	return out, cobra.ShellCompDirectiveDefault
}
