package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) dbPsql() *cobra.Command {
	return describe(&cobra.Command{
		Use:     "psql [-- ARGUMENTS...]",
		Short:   "Open psql on it",
		Long:    "Psql starts the cluster if needed and opens psql on it. What stands after -- goes to psql. The exit code is that of psql.",
		Example: `runner db psql -- -c "\dt"`,
		RunE:    func(c *cobra.Command, args []string) error { return a.psql(c.Context(), args) },
	}, needs{"makes it", "no", "what you type"})
}

func (a *app) psql(ctx context.Context, args []string) error {
	cluster, err := a.embedded()
	if err != nil {
		return err
	}
	if _, err := cluster.Ensure(ctx); err != nil {
		return surrounding("", err)
	}
	// Ctrl-C belongs to psql now, which only cancels the current query: its context must outlive ours.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	defer signal.Stop(signals)
	cmd, err := cluster.Psql(context.WithoutCancel(ctx), args...)
	if err != nil {
		return surrounding("", err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = a.stdin, a.stdout, a.stderr
	err = cmd.Run()
	var left *exec.ExitError
	if errors.As(err, &left) {
		return ended(max(1, left.ExitCode()))
	}
	if err != nil {
		return surrounding("", err)
	}
	return nil
}

func (a *app) dbReset() *cobra.Command {
	yes := false
	c := describe(&cobra.Command{
		Use:   "reset",
		Short: "Delete it with all its data",
		Long:  "Reset stops the server and deletes the cluster: every table, snapshot and run in it. Without a terminal it needs --yes.",
		Args:  atMost(0, "no arguments"),
		RunE:  func(c *cobra.Command, _ []string) error { return a.reset(c.Context(), yes) },
	}, needs{"the embedded one", "no", "deletes the cluster"})
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}

func (a *app) reset(ctx context.Context, yes bool) error {
	cluster, err := a.embedded()
	if err != nil {
		return err
	}
	if !yes {
		if !terminal(a.stdin) {
			return usage("runner db reset --yes", "reset deletes all data in %s and cannot be undone", cluster.Home)
		}
		if _, err := fmt.Fprintf(a.stderr, "Delete all data in %s? Type yes: ", cluster.Home); err != nil {
			return err
		}
		answer, _ := bufio.NewReader(a.stdin).ReadString('\n')
		if strings.TrimSpace(answer) != "yes" {
			_, err := fmt.Fprintln(a.stdout, "nothing was deleted")
			return err
		}
	}
	if err := cluster.Reset(ctx); err != nil {
		return surrounding("", err)
	}
	_, err = fmt.Fprintln(a.stdout, "deleted")
	return err
}
