package run

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"streamflow/runner/internal/diag"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// Plan says what Apply would do to the schema and which steps it would take. It reads the catalogue and the ledger and touches
// nothing: no lock, no temporary table, no row of the ledger.
func Plan(ctx context.Context, c Config) *report.Report {
	r := newRunner(c)
	err := r.planOnly(ctx)
	r.finish(ctx, err)
	r.rep.ExitCode = exitOfPlan(r.rep, err)
	return r.rep
}

// exitOfPlan keeps the code of a failure; a plan that found something to do is ExitDone here, and the caller may ask for more.
func exitOfPlan(rep *report.Report, err error) int {
	if err != nil {
		return rep.ExitCode
	}
	return report.ExitDone
}

func (r *runner) planOnly(ctx context.Context) error {
	if err := r.choose(ctx); err != nil || r.sel.Idle {
		return err
	}
	err := r.prepare(ctx)
	if r.plan != nil {
		if missing := r.intend(); len(missing) > 0 && err == nil {
			err = &stop{code: report.ExitSurrounding, list: missing}
		}
	}
	return err
}

// intend lists the steps of a plan.
func (r *runner) intend() diag.List {
	var missing diag.List
	step := func(name, subject string) {
		r.rep.Steps = append(r.rep.Steps, report.Step{Name: name, Subject: subject})
	}
	for _, t := range r.plan.Tables {
		files, fault := r.open(t)
		if fault != nil {
			missing.Add(*fault)
			continue
		}
		for _, f := range files {
			step("stage", fmt.Sprintf("%s from %s", t.Load.Table.Name, f.Name))
		}
	}
	for _, t := range r.plan.Tables {
		key, rules := "no key", "no rules"
		if len(t.Live.PrimaryKey) > 0 {
			key = "key"
		}
		if n := len(t.Load.Rules); n > 0 {
			rules = plural(int64(n), "rule")
		}
		step("check", fmt.Sprintf("%s: %s, %s, %s", t.Load.Table.Name, key, plural(int64(len(t.References)), "reference"), rules))
	}
	for _, t := range r.plan.Tables {
		step("publish", r.intendTable(t))
	}
	for _, s := range r.plan.Snapshots {
		step("freeze", r.intendFreeze(s))
	}
	return missing
}

func (r *runner) intendTable(t *plan.Table) string {
	name := t.Load.Table.Name
	switch {
	case !t.Touch:
		return fmt.Sprintf("%s: not touched, live speaks for %s", name, t.LiveAsOf)
	case t.Load.Append:
		return name + ": append partition " + r.sel.Partition
	case t.KeyLater:
		return name + ": insert all, then add the key"
	case t.Load.DeleteMissing:
		return name + ": write new and changed rows, delete missing ones"
	}
	return name + ": write new and changed rows"
}

func (r *runner) intendFreeze(s *plan.Snapshot) string {
	if s.Registered != nil {
		return fmt.Sprintf("%s %s: compare with revision %d (%s)", s.Want.Name, s.AsOf, s.Registered.Revision, plural(s.Registered.Rows, "row"))
	}
	return fmt.Sprintf("%s %s: new", s.Want.Name, s.AsOf)
}

// SourceExists tells whether a project-relative path or pattern names a file. Lint uses it to warn.
func SourceExists(root, path string) bool {
	if !filepath.IsAbs(path) {
		path = filepath.Join(root, filepath.FromSlash(path))
	}
	if names, err := filepath.Glob(path); err == nil && len(names) > 0 {
		return true
	}
	_, err := os.Stat(path)
	return err == nil
}
