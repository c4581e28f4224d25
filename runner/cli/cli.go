// Package cli is the command line: it finds the project, reads flags, calls the stages and shows what they return. Nothing is decided
// here that another program could not decide by calling the same stages.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"streamflow/runner/internal/diag"
	"streamflow/runner/report"
)

// app is what every command shares: streams, environment, clock and the flags that all commands have.
type app struct {
	stdin    io.Reader
	stdout   io.Writer
	stderr   io.Writer
	getenv   func(string) string
	now      func() time.Time
	flags    globals
	root     string // of the project, once it was found
	pipeline string // the chosen one, for the document of a run that did not begin

	faults diag.List // of a project that was refused
}

// Main runs one command and returns its exit code (report.Exit...). The first Ctrl-C or SIGTERM cancels the work, which rolls back;
// a second one ends the process at once.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	ctx, stop := interruptible()
	defer stop()
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, getenv: getenv, now: time.Now}
	root := a.rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && len(a.flags.wishes) == 0 && wantsJSON(args) {
		a.flags.format = formatJSON // an unknown flag ends the reading of flags before this one may have been seen
	}
	return a.exit(ctx, err)
}

// interruptible is a context that the first signal cancels. Before it is cancelled the signals have their own meaning again, so that a second one
// is never taken for the first.
func interruptible() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		select {
		case <-signals:
			signal.Stop(signals)
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel() }
}

// wantsJSON looks for --format json in the arguments as they were typed.
func wantsJSON(args []string) bool {
	for i, arg := range args {
		switch {
		case arg == "--":
			return false
		case arg == "--format="+formatJSON, arg == "--format" && i+1 < len(args) && args[i+1] == formatJSON:
			return true
		}
	}
	return false
}

// commands is the list of all commands, in the order of the help. To add one is to add its file and its line here.
func commands(a *app) []*cobra.Command {
	return []*cobra.Command{
		initCommand(a),
		inferCommand(a),
		lintCommand(a),
		reviewCommand(a),
		explainCommand(a),
		testCommand(a),
		planCommand(a),
		applyCommand(a),
		materializeCommand(a),
		featuresCommand(a),
		statusCommand(a),
		runsCommand(a),
		validateCommand(a),
		failuresCommand(a),
		evalCommand(a),
		verifyCommand(a),
		quarantineCommand(a),
		trainingCommand(a),
		sqlCommand(a),
		serveCommand(a),
		importCommand(a),
		exportCommand(a),
		fmtCommand(a),
		schemaCommand(a),
		dbCommand(a),
		versionCommand(a),
	}
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "runner COMMAND",
		Short: "Load periodic exports into PostgreSQL: checked first, published at once, frozen by date",
		Long: `runner reads the YAML specs of a project and runs them against PostgreSQL. It stages a batch, checks all of it, and only then
publishes it in one short transaction, together with dated snapshots that never change by accident.

The project is found by walking up to runner.yaml or pipelines/. Exit codes: 0 done, 1 the data was refused, 2 a spec or the
usage is wrong, 3 the surroundings failed (database, file, disk), 4 locked by another run, 5 a plan
has something to do (--detailed-exitcode), 130 interrupted.`,
		SilenceErrors:      true,
		SilenceUsage:       true,
		DisableSuggestions: true,
	}
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetIn(a.stdin)
	root.SetFlagErrorFunc(flagFault)
	a.flags.add(root.PersistentFlags())
	root.AddCommand(commands(a)...)
	root.CompletionOptions.HiddenDefaultCmd = false
	return root
}

// exit turns what a command returned into an exit code, after saying what was wrong.
func (a *app) exit(ctx context.Context, err error) int {
	if err == nil {
		return report.ExitDone
	}
	var done exitCode
	if errors.As(err, &done) { // the command has said all there is to say
		return int(done)
	}
	f := faultOf(err)
	if ctx.Err() != nil {
		f = &fault{code: report.ExitInterrupted, problem: diag.Diagnostic{Message: "interrupted", Hint: "nothing was changed"}}
	}
	a.complain(f)
	return f.code
}

// complain writes a fault the way it was asked for: as one document on stdout, or as text on stderr. Wrong usage is always told as text,
// but for JSON: it may be the format itself that is wrong.
func (a *app) complain(f *fault) {
	rep := report.Of(a.pipeline, f.code, f.problem)
	switch {
	case a.flags.format == formatJSON:
		_ = report.JSON(a.stdout, rep)
		return
	case a.flags.format == formatJUnit && f.code != report.ExitSpec:
		_ = report.JUnit(a.stdout, rep)
		return
	case a.flags.format == formatGitHub && f.code != report.ExitSpec:
		_ = report.GitHub(a.stdout, rep, "")
		return
	}
	a.say(f)
}

// say writes a fault for people.
func (a *app) say(f *fault) {
	message := f.problem.Message
	if at := f.problem.Place.String(); at != "" {
		message = at + ": " + message
	}
	_, _ = fmt.Fprintf(a.stderr, "runner: %s\n", message)
	if f.problem.Hint != "" {
		_, _ = fmt.Fprintf(a.stderr, "        %s\n", f.problem.Hint)
	}
}
