package run

import (
	"context"
	"errors"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// query asks a rule in sql: how many rows it returns, and a few of them.
func (r *runner) query(ctx context.Context, rules *plan.Rules, q *plan.Question) (*answer, error) {
	started := r.Now()
	sql, origin := rules.Query(q, sampled)
	out := &answer{}
	err := r.DB.Read(ctx, sql, func(names []string, row pg.Row) error {
		out.failed = row.Int(0)
		s, err := querySample(rules, q, names[1:], row[1:])
		out.samples = append(out.samples, s)
		return err
	})
	if err != nil && !pg.StatementFault(err) && !pg.WriteFault(err) {
		return nil, err
	}
	out.fail, out.cost = err, r.Now().Sub(started)
	var server *pg.Error
	if errors.As(err, &server) {
		if at, ok := origin(server.At); ok {
			out.at = at
			server.Text = "" // the place in the rule says more
		}
		if server.State == undefinedColumn && rules.Subject.Snapshot != "" {
			q.Reason, out.fail = rules.Subject.Label+": "+server.Message, nil
		}
	}
	return out, nil
}

// undefinedColumn is the SQLSTATE of a column that is not there: a snapshot need not hold all columns of its table.
const undefinedColumn = "42703"

// querySample is a row that a rule in sql returned. Columns that go by the names of the key come first.
func querySample(rules *plan.Rules, q *plan.Question, names []string, row pg.Row) (report.Sample, error) {
	var s report.Sample
	key := rules.Subject.Table.PrimaryKey
	for i, shown := range rules.QueryValues(q, names) {
		v := report.Value{Column: shown.Name, Value: "NULL"}
		switch {
		case row.Null(i):
		case shown.PII:
			v.Value = masked
		default:
			v.Value = visible(row.Text(i))
		}
		if slices.Contains(key, shown.Name) {
			s.Key = append(s.Key, v)
		} else {
			s.Values = append(s.Values, v)
		}
	}
	return s, nil
}

// withPlace puts the place in the rule's text, where the server named one.
func withPlace(d diag.Diagnostic, a *answer) diag.Diagnostic {
	if a != nil && a.at.Line > 0 {
		d.Place = a.at
	}
	return d
}
