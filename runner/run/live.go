package run

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
)

// Live holds the specs against the database: the declared tables against those that are there (D810), and every statement that the pipelines,
// views and training sets would send against what the server takes (D811). The session is made read-only first and nothing is run but queries of the catalogue and
// the ledger, so that a role that may SELECT is enough. The notes say what could not be prepared.
func Live(ctx context.Context, c Config) (findings diag.List, notes []string, err error) {
	if err := c.DB.ReadOnly(ctx); err != nil {
		return nil, nil, err
	}
	p := &prober{}
	for i, pl := range c.Project.Pipelines {
		c.Pipeline = pl
		p.runner = newRunner(c)
		p.sel = plan.Assumed(pl, c.Now().UTC().Format(model.DateLayout))
		found, err := p.find(ctx)
		if err != nil {
			return nil, nil, explained(err)
		}
		if i == 0 {
			drifts := plan.Drift(c.Project, found)
			p.apart, findings = drifts.Apart, drifts.Findings
		}
		if err := p.pipeline(ctx, found); err != nil {
			return nil, nil, explained(err)
		}
	}
	if len(c.Project.Pipelines) > 0 {
		if err := p.views(ctx); err != nil {
			return nil, nil, explained(err)
		}
		if err := p.trainingSets(ctx); err != nil {
			return nil, nil, explained(err)
		}
	}
	return append(findings, p.findings...), p.notes(), nil
}

// explained gives an error of the server its hint.
func explained(err error) error {
	var server *pg.Error
	if hint := ""; errors.As(err, &server) {
		if hint = serverHint(server.State); hint != "" {
			return diag.Diagnostic{Message: err.Error(), Hint: hint}
		}
	}
	return err
}

// prober prepares the statements of one pipeline after the other.
type prober struct {
	*runner
	apart    map[string]bool // tables that no apply would make as they are declared
	findings diag.List
	prepared int
	waiting  []string // what cannot be prepared yet, and why
}

func (p *prober) notes() []string {
	out := []string{fmt.Sprintf("%s prepared on the server", plural(int64(p.prepared), "statement"))}
	for _, w := range p.waiting {
		out = append(out, "not prepared: "+w)
	}
	return out
}

func (p *prober) wait(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(p.waiting, text) {
		p.waiting = append(p.waiting, text)
	}
}

// try prepares a statement. What the server does not take of it is a finding at a place.
func (p *prober) try(ctx context.Context, what string, at diag.Place, sql pgsql.Frag) error {
	return p.tryAt(ctx, what, sql, func(*pg.Error) diag.Place { return at })
}

func (p *prober) tryAt(ctx context.Context, what string, sql pgsql.Frag, at func(*pg.Error) diag.Place) error {
	if sql == "" {
		return nil
	}
	p.prepared++
	err := p.DB.Prepare(ctx, sql)
	if err == nil {
		return nil
	}
	var server *pg.Error
	if !errors.As(err, &server) || !pg.StatementFault(err) {
		return err
	}
	if lacksLedger(server) {
		p.wait("%s: %s", what, wordsOf(err, false))
		return nil
	}
	place := at(server)
	if !slices.ContainsFunc(p.findings, func(d diag.Diagnostic) bool { return d.Place == place }) { // the scan and the samples of a rule fail alike
		p.findings.Add(plan.CheckOf("D811").At(place, what+": "+server.Message+" (SQLSTATE "+server.State+")", ""))
	}
	return nil
}

func (p *prober) pipeline(ctx context.Context, found plan.Found) error {
	p.plan, _ = plan.Build(p.Project, p.Pipeline, p.DB.Schema(), found, p.sel, plan.Options{Unstaged: true}) // its faults are differences that D810 tells
	for _, t := range p.plan.Tables {
		t.Bind(p.sel, p.Pipeline.Params, []string{""})
	}
	for _, t := range p.plan.Tables {
		for _, part := range []func(context.Context, *plan.Table) error{p.reading, p.checks, p.rules, p.publishing} {
			if err := part(ctx, t); err != nil {
				return err
			}
		}
	}
	for _, s := range p.plan.Snapshots {
		if err := p.freezing(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// all tries several statements with one place.
func (p *prober) all(ctx context.Context, what string, at diag.Place, statements ...pgsql.Frag) error {
	for _, sql := range statements {
		if err := p.try(ctx, what, at, sql); err != nil {
			return err
		}
	}
	return nil
}

// reading tries the columns that are computed.
func (p *prober) reading(ctx context.Context, t *plan.Table) error {
	for _, r := range t.Load.Reading {
		sql, err := t.Computed(r)
		if err != nil {
			p.wait("the value of %s.%s: %v", t.Load.Table.Name, r.Column, err)
			continue
		}
		if sql == "" {
			continue
		}
		if err := p.try(ctx, fmt.Sprintf("value of %s.%s", t.Load.Table.Name, r.Column), r.Value.Origin, sql); err != nil {
			return err
		}
	}
	return nil
}

// checks tries what is asked of a batch beside its rules. References look at other tables, which may be apart.
func (p *prober) checks(ctx context.Context, t *plan.Table) error {
	what := "checks of " + t.Load.Table.Name
	var list []pgsql.Frag
	for _, column := range t.MustHave() {
		list = append(list, t.Nulls(column))
	}
	for _, r := range t.Load.Reading {
		list = append(list, t.ComputedNulls(r))
	}
	if len(t.Live.PrimaryKey) > 0 {
		list = append(list, t.CountHashes(), t.CountKeys(), t.Duplicates(), t.LongKeys())
	}
	if err := p.all(ctx, what, t.Load.Origin, list...); err != nil {
		return err
	}
	for _, ref := range t.References {
		if p.apart[ref.Want.Table] || p.apart[t.Load.Table.Name] {
			p.wait("the reference of %s to %s, because live differs from the spec in a way that apply refuses", t.Load.Table.Name, ref.Want.Table)
			continue
		}
		if err := p.all(ctx, what, ref.Want.Origin, ref.Count(false), ref.Samples(false)); err != nil {
			return err
		}
	}
	return nil
}

// rules tries every rule alone, as it is asked of a batch.
func (p *prober) rules(ctx context.Context, t *plan.Table) error {
	return p.rulesOf(ctx, p.plan.Batch(t, nil, false), t.Load.Rules)
}

func (p *prober) rule(ctx context.Context, rules *plan.Rules, q *plan.Question) error {
	what := fmt.Sprintf("rule %q of %s", q.Name, rules.Subject.Name)
	if q.Reason != "" {
		p.wait("%s: %s", what, q.Reason)
		return nil
	}
	for _, name := range plan.Beside(q.Rule) {
		if p.apart[name] {
			p.wait("%s, because live %s differs from the spec in a way that apply refuses", what, name)
			return nil
		}
	}
	if q.Query {
		sql, origin := rules.Query(q, sampled)
		return p.tryAt(ctx, what, sql, func(server *pg.Error) diag.Place { return faultPlace(q, server, origin) })
	}
	if err := p.try(ctx, what, q.Origin, rules.Scan([]*plan.Question{q}, q.Way())); err != nil || q.Aggregate {
		return err
	}
	frequent, _ := rules.Frequent(q)
	return p.all(ctx, what, q.Origin, rules.Samples(q, sampled), frequent)
}

// ready tells whether a table is as its statements need it, and remembers why not.
func (p *prober) ready(name string, live bool, what string) bool {
	switch {
	case !live:
		p.wait("%s %s, because the table is not there yet", what, name)
	case p.apart[name]:
		p.wait("%s %s, because live differs from the spec in a way that apply refuses", what, name)
	case len(p.plan.Changing(name)) > 0:
		p.wait("%s %s, because apply changes the table first (%s)", what, name, joined(p.plan.Changing(name)))
	default:
		return true
	}
	return false
}

func (p *prober) publishing(ctx context.Context, t *plan.Table) error {
	name := t.Load.Table.Name
	if !p.ready(name, t.Found != nil, "publishing") {
		return nil
	}
	list := []pgsql.Frag{t.Publish(nil), t.CountLive()}
	if t.Diffs() {
		list = append(list, t.Diff(nil))
	}
	if t.Load.DeleteMissing {
		list = append(list, t.DeleteMissing())
	}
	if t.Load.Append {
		list = append(list, t.PartitionRows(), t.PartitionDiff(nil), t.DeletePartition())
		if len(t.Live.PrimaryKey) > 0 {
			list = append(list, t.PartitionClash())
		}
	}
	for _, o := range t.Orphans {
		list = append(list, o.SQL(false))
	}
	return p.all(ctx, "publishing "+name, t.Load.Origin, list...)
}

func (p *prober) freezing(ctx context.Context, s *plan.Snapshot) error {
	name := s.Want.Name
	if !p.ready(name, !s.Missing(), "freezing") {
		return nil
	}
	list := []pgsql.Frag{s.Freeze(nil), plan.Fingerprint(s.Table, s.AsOf, s.Columns())}
	if s.Registered != nil {
		counts, _ := s.Compare(nil)
		samples, _ := s.CompareSamples(nil)
		list = append(list, counts, samples)
		list = append(list, s.Restate(nil)...)
	}
	return p.all(ctx, "freezing "+name, s.Want.Origin, list...)
}
