package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"streamflow/runner/internal/diag"
	"streamflow/runner/report"
)

// exitCode ends a command whose output is complete.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// ended returns nil for success and an exitCode otherwise.
func ended(code int) error {
	if code == report.ExitDone {
		return nil
	}
	return exitCode(code)
}

// fault is an error that kept a command from doing its work.
type fault struct {
	code    int
	problem diag.Diagnostic
}

func (f *fault) Error() string { return f.problem.Error() }

// usage is a fault of whoever typed the command.
func usage(hint, format string, args ...any) error {
	return &fault{report.ExitSpec, diag.Diagnostic{Message: fmt.Sprintf(format, args...), Hint: hint}}
}

// surrounding is a fault of the database, a file or the disk.
func surrounding(hint string, err error) error {
	var f *fault
	if errors.As(err, &f) {
		return err
	}
	return &fault{report.ExitSurrounding, diag.Diagnostic{Message: err.Error(), Hint: hint}}
}

// faultOf gives errors of cobra itself, which are all about usage, the same form as ours.
func faultOf(err error) *fault {
	var f *fault
	if errors.As(err, &f) {
		return f
	}
	var word string
	if _, scan := fmt.Sscanf(err.Error(), "unknown command %q for", &word); scan == nil {
		return unknownCommand(word, topNames())
	}
	return &fault{report.ExitSpec, diag.Diagnostic{Message: err.Error(), Hint: "see runner --help"}}
}

func topNames() []string {
	names := []string{"completion", "help"}
	for _, c := range commands(&app{}) {
		names = append(append(names, c.Name()), c.Aliases...)
	}
	return names
}

func unknownCommand(word string, names []string) *fault {
	hint := diag.DidYouMean(word, names)
	if hint == "" {
		hint = "see runner --help"
	}
	return &fault{report.ExitSpec, diag.Diagnostic{Message: fmt.Sprintf("unknown command %q", word), Hint: hint}}
}

// flagFault explains a flag that could not be read, with the nearest one that exists.
func flagFault(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	hint := "see " + c.CommandPath() + " --help"
	if errors.As(err, &unknown) {
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := diag.Nearest(unknown.GetSpecifiedName(), names); near != "" {
			hint = "did you mean --" + near + "?"
		}
		return usage(hint, "unknown flag %s of %s", flagText(unknown.GetSpecifiedName()), c.CommandPath())
	}
	return usage(hint, "%s", err)
}

func flagText(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// atMost refuses more arguments than a command takes.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > n {
			return usage("see "+c.CommandPath()+" --help", "%s takes %s, not also %q", c.CommandPath(), what, strings.Join(args[n:], " "))
		}
		return nil
	}
}
