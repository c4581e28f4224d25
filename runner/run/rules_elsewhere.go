package run

import (
	"context"
	"fmt"

	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
)

// lookups finds what rules compare their rows with: aggregates of earlier batches, and the dates of freezes.
func (r *runner) lookups(ctx context.Context, s *plan.Subject, list []model.Rule) (map[string]plan.Value, error) {
	out := map[string]plan.Value{}
	for _, date := range s.Dates(list) {
		v, err := r.value(ctx, plan.DateOf(date))
		if err != nil {
			return nil, err
		}
		out[string(date)] = v
	}
	for _, l := range s.Lookups(list) {
		v, err := r.lookup(ctx, s, l)
		if err != nil {
			return nil, err
		}
		out[l.Key()] = v
	}
	return out, nil
}

// value asks for one value. A statement that the server refuses leaves a reason in its place.
func (r *runner) value(ctx context.Context, sql pgsql.Frag) (plan.Value, error) {
	row, err := r.DB.One(ctx, sql)
	if pg.StatementFault(err) {
		return plan.Value{Reason: "what it compares with cannot be computed: " + wordsOf(err, r.holdsPersonalData())}, nil
	}
	if err != nil {
		return plan.Value{}, err
	}
	return plan.Value{Text: row.Text(0), Null: row.Null(0)}, nil
}

func (r *runner) lookup(ctx context.Context, s *plan.Subject, l plan.Lookup) (plan.Value, error) {
	if l.Dated != "" {
		return r.lookupDate(ctx, s, l)
	}
	if s.AsOf == "" {
		return plan.Value{Reason: s.Label + " has no as_of, so nothing is earlier"}, nil
	}
	date, rows, err := r.recordedBefore(ctx, s)
	if err != nil {
		return plan.Value{}, err
	}
	if s.Batches && date != "" {
		if v, ok, err := r.recorded(ctx, s, l, date); err != nil || ok {
			return v, err
		}
	}
	f, holds, found := s.Before(l.Columns)
	switch {
	case holds && s.Whole:
		return r.value(ctx, l.Recompute(f))
	case s.Batches && date != "" && l.Text == "row_count()":
		return plan.Value{Text: fmt.Sprint(rows)}, nil
	case date == "" && !found:
		return plan.Value{Reason: fmt.Sprintf("there is no partition of %s before %s", s.Name, s.AsOf)}, nil
	case found && s.Whole:
		return plan.Value{Reason: fmt.Sprintf("no earlier run measured %s, and no earlier freeze of %s holds %s", l.Text, s.Name, joined(l.Columns))}, nil
	}
	return plan.Value{Reason: fmt.Sprintf("no earlier run measured %s of %s; from the next partition on it is known", l.Text, s.Name)}, nil
}

// lookupDate finds an aggregate of the freeze of a date, or what a run of that date recorded.
func (r *runner) lookupDate(ctx context.Context, s *plan.Subject, l plan.Lookup) (plan.Value, error) {
	date, err := r.value(ctx, plan.DateOf(l.Dated))
	if err != nil || date.Reason != "" {
		return date, err
	}
	f, holds, found := s.At(date.Text, l.Columns)
	if holds && s.Whole {
		return r.value(ctx, l.Recompute(f))
	}
	if s.Batches {
		if v, ok, err := r.recorded(ctx, s, l, date.Text); err != nil || ok {
			return v, err
		}
	}
	if found {
		return plan.Value{Reason: fmt.Sprintf("the freeze of %s of %s does not hold %s, and no run measured %s", s.Name, date.Text, joined(l.Columns), l.Text)}, nil
	}
	return plan.Value{Reason: fmt.Sprintf("nothing of %s is frozen for %s", s.Name, date.Text)}, nil
}

// recordedBefore returns the date of the newest successful partition before that of a subject, and how many rows of it were judged.
func (r *runner) recordedBefore(ctx context.Context, s *plan.Subject) (date string, rows int64, err error) {
	if exists, err := r.ledger.Exists(ctx); err != nil || !exists {
		return "", 0, err
	}
	return r.ledger.PreviousPartition(ctx, r.DB.Schema(), s.Name, s.AsOf)
}

// recorded returns what the newest successful run of a date measured. A masked value is not known.
func (r *runner) recorded(ctx context.Context, s *plan.Subject, l plan.Lookup, date string) (plan.Value, bool, error) {
	if exists, err := r.ledger.Exists(ctx); err != nil || !exists {
		return plan.Value{}, false, err
	}
	text, ok, err := r.ledger.Measured(ctx, r.DB.Schema(), s.Name, date, l.Text)
	if err != nil || !ok || text != nil && *text == model.Masked {
		return plan.Value{}, false, err
	}
	if text == nil {
		return plan.Value{Null: true}, true, nil
	}
	return plan.Value{Text: *text}, true, nil
}
