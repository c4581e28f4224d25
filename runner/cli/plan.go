package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/run"
)

// planFlags are the flags that only plan has.
type planFlags struct {
	detailed   bool
	all        bool
	schemaOnly bool
	jsonInto   string
}

func planCommand(a *app) *cobra.Command {
	s, f := &selection{}, &planFlags{}
	c := describe(&cobra.Command{
		Use:   "plan [PIPELINE]",
		Short: "What apply would do: schema, rows, rules, freezes",
		Long: `Plan stages the files into temporary tables, compares them with what is there through the same queries that apply uses, and shows
every change: of the schema, of rows, of snapshots; the expectations that would fail, with rows; and last what is destroyed or rewritten,
counted. No table and no ledger is written. It takes the same parameters and flags as apply, and a role that may only read is enough.

Its exit code is 0 when apply would do this, 1 when apply would refuse it. With --detailed-exitcode it is 5 when there is something to do.
The last line has always the same form.`,
		Example: `runner plan monthly
runner plan monthly -p as_of=2024-02-29 --detailed-exitcode
runner plan monthly --only destructive
runner plan monthly --schema-only --format markdown`,
		Args:              atMost(1, "one pipeline"),
		ValidArgsFunction: a.completePipelines,
		RunE:              func(c *cobra.Command, args []string) error { return a.plan(c.Context(), args, s, f) },
	}, needs{"yes", "yes; with --schema-only no", "nothing"})
	s.add(c.Flags())
	c.Flags().Lookup("only").Usage = "only this table and the snapshots of it, or only this section: " + strings.Join(sectionNames(), ", ") + "; may be repeated"
	c.Flags().BoolVar(&f.detailed, "detailed-exitcode", false, "exit code 5 when there is something to do")
	c.Flags().BoolVar(&f.all, "all", false, "show also what does not change")
	c.Flags().BoolVar(&f.schemaOnly, "schema-only", false, "look at no data: for CI that has none")
	c.Flags().StringVar(&f.jsonInto, "json-into", "", "write the plan as JSON to this file as well")
	return c
}

func sectionNames() []string {
	var out []string
	for _, s := range report.Sections() {
		out = append(out, string(s))
	}
	return out
}

func (a *app) plan(ctx context.Context, args []string, s *selection, f *planFlags) error {
	if err := folderOf("--json-into", f.jsonInto); err != nil {
		return err
	}
	s.planning = true
	p, c, err := a.prepare("plan", args, s, report.FormatMarkdown)
	if err != nil {
		return a.noPlan(f, err)
	}
	c.SchemaOnly = f.schemaOnly
	rep, err := a.perform(ctx, p, c, run.Plan)
	if err != nil {
		return a.noPlan(f, err)
	}
	rep.Next = nextOfPlan(rep, c)
	if f.detailed && rep.ExitCode == report.ExitDone && report.Summarize(rep).Changes() {
		rep.ExitCode = report.ExitChanges
	}
	if err = a.planInto(f.jsonInto, rep); err != nil {
		return err
	}
	err = a.result(func(w io.Writer, opts report.TextOptions) error {
		opts.Kind, opts.Titled, opts.All, opts.Sections = report.PlanKind, a.flags.output == "", f.all, s.sections
		switch a.flags.format {
		case formatJSON:
			return report.PlanJSON(w, rep)
		case report.FormatMarkdown:
			return report.PlanMarkdown(w, rep, opts)
		}
		return report.Text(w, rep, opts)
	})
	if err != nil {
		return err
	}
	return ended(rep.ExitCode)
}

func (a *app) planInto(file string, rep *report.Report) error {
	if file == "" {
		return nil
	}
	return a.writeFault(writeFile(file, func(w io.Writer) error { return report.PlanJSON(w, rep) }))
}

// noPlan says what kept a plan from being made where one was wanted, and returns err. The file of an earlier plan, or a comment without a word,
// would be taken for one.
func (a *app) noPlan(f *planFlags, err error) error {
	rep := report.Of(a.pipeline, report.ExitSpec, slices.DeleteFunc(slices.Clone(a.faults), func(d diag.Diagnostic) bool { return d.Severity != diag.Error })...)
	var told exitCode
	if !errors.As(err, &told) {
		fault := faultOf(err)
		rep = report.Of(a.pipeline, fault.code, fault.problem)
	}
	rep.Unfinished = true
	if failed := a.planInto(f.jsonInto, rep); failed != nil {
		return failed
	}
	if a.flags.format == report.FormatMarkdown {
		if failed := a.result(func(w io.Writer, opts report.TextOptions) error { return report.PlanMarkdown(w, rep, opts) }); failed != nil {
			return failed
		}
	}
	return err
}

// chooseSections takes the words of --only that mean sections of a plan out of those that mean tables. A table of that name wins: the
// sections of a plan can be told apart by eye, and rows cannot.
func (s *selection) chooseSections(pl *model.Pipeline) error {
	var tables []string
	for _, name := range s.only {
		switch {
		case pl.Load(name) != nil:
			tables = append(tables, name)
		case slices.Contains(sectionNames(), name):
			s.sections = append(s.sections, report.Section(name))
		default:
			words := sectionNames()
			for _, l := range pl.Loads {
				words = append(words, l.Table.Name)
			}
			return usage(cmp.Or(diag.DidYouMean(name, words), "choose of "+strings.Join(words, ", ")), "--only %q is no table of %s and no section of a plan", name, pl.Name)
		}
	}
	s.only = tables
	return nil
}
