package cli

import (
	"github.com/spf13/cobra"

	"streamflow/runner/model"
)

// completePipelines offers the pipelines of the project to the shell, and files. (The command `completion` itself is cobra's.)
func (a *app) completePipelines(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.offered(func(p *model.Project) (out []string) {
		for _, pl := range p.Pipelines {
			out = append(out, offer(pl.Name, pl.Description))
		}
		return out
	}), cobra.ShellCompDirectiveDefault
}

// completeViews offers the views that are online.
func (a *app) completeViews(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return a.offered(func(p *model.Project) (out []string) {
		for _, v := range p.FeatureViews {
			if v.Online {
				out = append(out, offer(v.Name, v.Description))
			}
		}
		return out
	}), cobra.ShellCompDirectiveNoFileComp
}

// completeServices offers services and views.
func (a *app) completeServices(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return a.offered(func(p *model.Project) (out []string) {
		for _, s := range p.FeatureServices {
			out = append(out, offer(s.Name, s.Description))
		}
		for _, v := range p.FeatureViews {
			out = append(out, offer(v.Name, v.Description))
		}
		return out
	}), cobra.ShellCompDirectiveNoFileComp
}

// completeTrainingSets offers the training sets.
func (a *app) completeTrainingSets(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return a.offered(func(p *model.Project) (out []string) {
		for _, t := range p.TrainingSets {
			out = append(out, offer(t.Name, t.Description))
		}
		return out
	}), cobra.ShellCompDirectiveNoFileComp
}

// offered is what the project around the current folder has to offer; nothing where it cannot be read.
func (a *app) offered(words func(*model.Project) []string) []string {
	root, err := a.findRoot(".")
	if err != nil {
		return nil
	}
	p := readProject(root, nil, a.now())
	if p.model == nil {
		return nil
	}
	return words(p.model)
}

// offer is a word with what the shell says of it.
func offer(name, description string) string { return name + "\t" + description }
