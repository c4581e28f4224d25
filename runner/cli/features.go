package cli

import "github.com/spf13/cobra"

func featuresCommand(a *app) *cobra.Command {
	c := describe(&cobra.Command{
		Use:   "features COMMAND",
		Short: "The values of features: those of now, those of then, and how they compare with their sources",
		Long:  "The commands here ask for the values that feature views and services give.",
	}, needs{"yes", "no", "see its commands"})
	return group(c, a.featuresGet(), a.featuresHistory(), a.featuresCheck(), a.featuresReplay())
}
