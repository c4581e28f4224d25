// Package run does what a plan says and nothing else.
//
// One run goes through the same steps in the same order: choose the parameters, lock, record, find, plan, stage, check, change the
// schema, publish. It knows no YAML. Whatever happens, the outcome is a report.
package run

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// Config is everything a run needs from its caller.
type Config struct {
	DB          *pg.DB
	Root        string // folder of the project; relative source paths start there
	Project     *model.Project
	Pipeline    *model.Pipeline
	Params      map[string]string // as given by flags or the environment
	Getenv      func(string) string
	Now         func() time.Time
	Events      report.Events // may be nil
	Target      string        // how the database is shown
	SameData    bool          // take files that another partition has read already
	Restate     bool          // replace what is frozen
	Reason      string        // why it is restated
	AllowNarrow []string      // "table.column"
	AllowDrop   []string      // "table.column", or a table
	SchemaOnly  bool          // Plan: look at no data, because there is none
	Adopt       []string      // tables that delete_missing may take over
	Wait        bool          // wait for locks instead of giving up
	Only        []string      // tables; empty means all

	// Confirm, when it is set, is asked before Apply writes anything that the report's Losses say would destroy something, with all locks held.
	// False ends the run, and nothing was written.
	Confirm func(*report.Report) bool
}

// runner is one run under way.
type runner struct {
	Config
	ledger     *ledger.Ledger
	rep        *report.Report
	sel        plan.Selection
	plan       *plan.Plan
	batches    map[string]*batch
	completing map[*plan.Snapshot]bool // partial freezes that this batch completes
	replay     *ledger.Waiting         // the rows that are replayed; nil when the batch comes from files
	unasked    map[string]bool         // ids of rules that only set rows aside before those that were asked for
	done       bool                    // the publishing transaction has committed
	dry        *dry                    // of a plan; nil where something is done
	online     online                  // the views that are brought online
}

func newRunner(c Config) *runner {
	if c.Events == nil {
		c.Events = func(report.Event) {}
	}
	return &runner{Config: c, ledger: ledger.Open(c.DB), batches: map[string]*batch{}, online: online{mode: plan.Incremental}, completing: map[*plan.Snapshot]bool{},
		rep: &report.Report{Pipeline: c.Pipeline.Name, Params: map[string]string{}, Target: c.Target, Started: c.Now(),
			Tables: []report.Table{}, Snapshots: []report.Snapshot{}, Rules: []report.Rule{}, Errors: []report.Problem{},
			Notes: []string{}, Steps: []report.Step{}, Changes: []report.Change{}}}
}

// Apply loads, checks, publishes and freezes one partition of a pipeline.
func Apply(ctx context.Context, c Config) *report.Report {
	r := newRunner(c)
	err := r.apply(ctx)
	r.finish(ctx, err)
	return r.rep
}

func (r *runner) apply(ctx context.Context) error {
	r.event(report.Event{Phase: "start", Text: r.Target})
	if err := r.ledger.Migrate(ctx); err != nil {
		return err
	}
	if err := r.choose(ctx); err != nil || r.sel.Idle {
		return r.idle(ctx, err)
	}
	if err := r.lock(ctx); err != nil {
		return err
	}
	if len(r.Params) == 0 { // a run that held the lock until now may have done what was chosen
		r.rep.Notes = []string{}
		if err := r.choose(ctx); err != nil || r.sel.Idle {
			return r.idle(ctx, err)
		}
	}
	return r.inOrder(ctx, r.begin, r.prepare, r.stage, r.check, r.confirm, r.changeSchema, r.publish)
}

// idle ends a run that has nothing to load.
func (r *runner) idle(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	return r.noteIdleViews(ctx)
}

// inOrder does the steps of a run that writes, up to the first that fails.
func (r *runner) inOrder(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	r.analyze(ctx)
	return nil
}

// choose selects the partition. Faults are faults of the usage.
func (r *runner) choose(ctx context.Context) error {
	done := map[string]bool{}
	exists, err := r.ledger.Exists(ctx)
	if err != nil {
		return err
	}
	if exists {
		if done, err = r.ledger.Done(ctx, r.DB.Schema(), r.Pipeline.Name); err != nil {
			return err
		}
	}
	return r.pick(done)
}

// pick selects the partition, given those that are done.
func (r *runner) pick(done map[string]bool) error {
	faults := append(plan.CheckOnly(r.Pipeline, r.Only), plan.CheckDrops(r.Project, r.Pipeline, r.Only, r.AllowDrop)...)
	sel, list := plan.Select(r.Pipeline, r.Params, done, r.Now().UTC().Format(model.DateLayout))
	faults = append(faults, list...)
	r.sel = sel
	if sel.Values != nil {
		r.rep.Params = sel.Values
	}
	for _, n := range sel.Notes {
		r.note(n)
	}
	if sel.Idle && len(r.AllowDrop) > 0 && !r.SchemaOnly {
		r.note("nothing was looked at, and so nothing is dropped: name a partition with -p")
	}
	if faults.HasErrors() {
		return &stop{code: report.ExitSpec, list: faults}
	}
	r.rep.Record = !r.SchemaOnly && !sel.Idle && len(r.Only) == 0 && !done[sel.Partition]
	return nil
}

// locks are those of every table and snapshot concerned, so that two runs never touch the same one.
func (r *runner) locks() []pg.Lock {
	var locks []pg.Lock
	for _, l := range plan.Locks(r.Project, r.Pipeline, r.DB.Schema(), r.Only) {
		locks = append(locks, pg.Lock(l))
	}
	for _, name := range r.AllowDrop { // no spec declares these tables, so no other run of this project knows their locks
		if !strings.Contains(name, ".") {
			locks = append(locks, pg.Lock{Name: r.DB.Schema() + "." + name})
		}
	}
	slices.SortFunc(locks, func(a, b pg.Lock) int { return strings.Compare(a.Name, b.Name) })
	return locks
}

// lock takes the locks of a run.
func (r *runner) lock(ctx context.Context) error {
	name := "runner materialize"
	if r.Pipeline.Name != "" {
		name = "runner apply " + r.Pipeline.Name + " " + r.sel.Partition
	}
	if err := r.DB.Announce(ctx, name); err != nil {
		return err
	}
	held, holder, err := r.DB.LockAll(ctx, r.locks(), r.Wait, func(name, holder string) {
		r.event(report.Event{Phase: "wait", Subject: name, Text: "held by " + orSomebody(holder)})
	})
	if err != nil {
		return err
	}
	if held != "" {
		return &stop{code: report.ExitLocked, list: diag.List{{Message: fmt.Sprintf("%s is locked by another run: %s", held, orSomebody(holder)),
			Hint: "wait until it has ended, or add --wait"}}}
	}
	return nil
}

func orSomebody(holder string) string {
	if holder == "" {
		return "one whose name this role may not see, or that is just ending"
	}
	return holder
}

func (r *runner) begin(ctx context.Context) error {
	id, err := r.ledger.Begin(ctx, ledger.Start{Pipeline: r.Pipeline.Name, AsOf: r.sel.AsOf, Partition: r.sel.Partition, Params: r.sel.Values,
		Whole: len(r.Only) == 0, Started: r.rep.Started})
	r.rep.RunID = id
	return err
}

// options are the wishes of the caller as the plan knows them.
func (r *runner) options() plan.Options {
	return plan.Options{Only: r.Only, Replay: r.replay != nil, AllowNarrow: r.AllowNarrow, AllowDrop: r.AllowDrop, Adopt: r.Adopt}
}

// prepare compares what is declared with what is there, and refuses what cannot be done before a single row is read.
func (r *runner) prepare(ctx context.Context) error {
	found, err := r.find(ctx)
	if err != nil {
		return err
	}
	p, faults := plan.Build(r.Project, r.Pipeline, r.DB.Schema(), found, r.sel, r.options())
	r.plan = p
	for _, n := range p.Notes {
		r.note(n)
	}
	if err := r.noteDrift(ctx); err != nil {
		return err
	}
	list, err := r.judgeChanges(ctx)
	if err != nil {
		return err
	}
	if faults = append(faults, list...); faults.HasErrors() {
		return refuse(faults)
	}
	return r.prepareOnline(ctx)
}

func (r *runner) execAll(ctx context.Context, statements []pgsql.Frag) error {
	for _, sql := range statements {
		if _, err := r.DB.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}
