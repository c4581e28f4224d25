package cli

import (
	"io"
	"os"
	"regexp"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"streamflow/runner/check"
	"streamflow/runner/internal/diag"
	"streamflow/runner/report"
	"streamflow/runner/trial"
)

// testFlags are the flags of the command test.
type testFlags struct {
	run       string
	coverage  bool
	failUnder int
}

func testCommand(a *app) *cobra.Command {
	t := &testFlags{}
	c := describe(&cobra.Command{
		Use:   "test [PATH...]",
		Short: "Try rules and feature views on rows written by hand: *_test.yaml files, and the examples beside rules",
		Long: `Test judges the rows of *_test.yaml files, and those of the examples beside rules, and shows each verdict that is not the expected one. Of a feature view it shows each value that differs.
With paths (files or folders) it tries what those hold. What needs a database, such as a rule in SQL, is reported as not tried.
Exit code 1 means that a test failed, 2 that a spec is faulty.`,
		Example: "runner test\nrunner test expectations/subscriptions_test.yaml\nrunner test --run 'negative|empty' --coverage",
		RunE:    func(_ *cobra.Command, args []string) error { return a.test(t, args) },
	}, needs{"no", "no", "nothing"})
	c.Flags().StringVar(&t.run, "run", "", "only tests whose name matches this regular expression")
	c.Flags().BoolVar(&t.coverage, "coverage", false, "list the rules that no test or example makes fail")
	c.Flags().IntVar(&t.failUnder, "coverage-fail-under", 0, "exit code 1 when fewer percent of the rules have a failing case")
	return c
}

func (a *app) test(t *testFlags, args []string) error {
	pattern, err := t.check(a)
	if err != nil {
		return err
	}
	root, err := a.findRoot(".")
	if err != nil {
		return err
	}
	a.root = root
	named, err := namedPaths(root, args)
	if err != nil {
		return err
	}
	p := readProject(root, named, a.now())
	suite, _ := check.Trials(p.tree)
	if suite == nil || specFaults(p.findings) {
		return a.refuse(p)
	}
	out := a.try(suite, pattern, named)
	if len(out.Tests) == 0 && (len(args) > 0 || t.run != "") {
		return usage("tests are in files called *_test.yaml, and in examples: beside rules", "no test is called so, or lies there")
	}
	if t.coverage || t.failUnder > 0 {
		out.Coverage = coverage(suite)
		if c := out.Coverage; c.Covered*100 < t.failUnder*c.Rules {
			out.ExitCode = report.ExitRefused
		}
	}
	if out.Failed() > 0 {
		out.ExitCode = report.ExitRefused
	}
	return a.showTests(out)
}

// check refuses flags that cannot be.
func (t *testFlags) check(a *app) (*regexp.Regexp, error) {
	if err := a.flags.check(ciFormats...); err != nil {
		return nil, err
	}
	if t.failUnder < 0 || t.failUnder > 100 {
		return nil, usage("write a number from 0 to 100", "--coverage-fail-under %s is no percentage", strconv.Itoa(t.failUnder))
	}
	pattern, err := regexp.Compile(t.run)
	if err != nil {
		return nil, usage("it is a regular expression of Go", "--run %q cannot be read: %v", t.run, err)
	}
	return pattern, nil
}

// specFaults tells whether there is an error other than an example that is wrong: that is for the tests to show.
func specFaults(list diag.List) bool {
	for _, d := range list {
		if d.Severity == diag.Error && d.ID != check.WrongExample {
			return true
		}
	}
	return false
}

// try runs the tests and examples that are meant. The examples of one rule count as one test.
func (a *app) try(suite *trial.Suite, pattern *regexp.Regexp, named []string) *report.Tests {
	out := &report.Tests{}
	begin := a.now()
	meant := func(name, file string) bool {
		return pattern.MatchString(name) && (len(named) == 0 || below(file, named))
	}
	for _, t := range suite.Tests {
		if meant(t.Name, t.Place.File) {
			at := a.now()
			one := t.Try()
			one.DurationMS = millisecondsOf(a.now().Sub(at))
			out.Tests = append(out.Tests, one)
		}
	}
	for _, v := range suite.Views {
		if meant(v.Name, v.Place.File) {
			at := a.now()
			one := v.Try()
			one.DurationMS = millisecondsOf(a.now().Sub(at))
			out.Tests = append(out.Tests, one)
		}
	}
	for _, rule := range suite.Rules {
		if list := suite.ExamplesOf(rule); len(list) > 0 && meant("examples of "+rule.Name, rule.Origin.File) {
			at := a.now()
			one := trial.TryExamples(rule, list)
			one.DurationMS = millisecondsOf(a.now().Sub(at))
			out.Tests = append(out.Tests, one)
		}
	}
	out.DurationMS = millisecondsOf(a.now().Sub(begin))
	return out
}

func millisecondsOf(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func coverage(suite *trial.Suite) *report.Coverage {
	out := &report.Coverage{Rules: len(suite.Rules)}
	for _, r := range suite.Rules {
		if r.Covered {
			out.Covered++
		} else {
			out.Untested = append(out.Untested, report.Untested{Table: r.Table, Rule: r.Name, Place: r.Origin})
		}
	}
	return out
}

func (a *app) showTests(t *report.Tests) error {
	err := a.result(func(w io.Writer, opts report.TextOptions) error {
		switch a.flags.format {
		case formatJSON:
			return report.TestsJSON(w, t)
		case formatJUnit:
			return report.TestsJUnit(w, t)
		case formatGitHub:
			return report.TestsGitHub(w, t, a.gitHubPrefix())
		}
		return report.TestsText(w, t, opts.Colour)
	})
	if err != nil {
		return err
	}
	return ended(t.ExitCode)
}

// namedPaths turns the paths that were typed into paths of the project. They must exist.
func namedPaths(root string, args []string) ([]string, error) {
	named := make([]string, len(args))
	for i, arg := range args {
		path, err := inside(root, arg)
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(arg); err != nil {
			return nil, usage("give files or folders that exist", "there is no %s", arg)
		}
		named[i] = path
	}
	return named, nil
}
