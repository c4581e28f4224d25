package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// needs says what a command needs and what it changes; the help of each command ends with it.
type needs struct {
	database string
	data     string
	writes   string
}

// describe completes the help of a command.
func describe(c *cobra.Command, n needs) *cobra.Command {
	c.Long = strings.TrimSpace(c.Long) + "\n\n" +
		"Needs a database:  " + n.database + "\n" +
		"Needs source data: " + n.data + "\n" +
		"Writes:            " + n.writes
	c.Example = indented(c.Example)
	return c
}

// group makes a command that only holds others: alone it shows its help, and a word that is none of them is refused.
func group(c *cobra.Command, commands ...*cobra.Command) *cobra.Command {
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return c.Help()
		}
		var names []string
		for _, sub := range c.Commands() {
			names = append(names, sub.Name())
		}
		return unknownCommand(args[0], names)
	}
	c.AddCommand(commands...)
	return c
}

func indented(s string) string {
	if s == "" {
		return ""
	}
	return "  " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n  ")
}
