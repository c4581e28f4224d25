package run

import (
	"context"
	"errors"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// query asks a rule in sql: how many rows it returns, and a few of them.
func (r *runner) query(ctx context.Context, rules *plan.Rules, q *plan.Question) (*answer, error) {
	started := r.Now()
	sql, origin := rules.Query(q, sampled)
	out := &answer{}
	read := queryReader(rules, q)
	err := r.DB.Read(ctx, sql, func(names []string, row pg.Row) error {
		out.failed = row.Int(0)
		out.samples = append(out.samples, read(names[1:], row[1:]))
		return nil
	})
	if err != nil && !pg.StatementFault(err) && !pg.WriteFault(err) {
		return nil, err
	}
	out.fail, out.cost = err, r.Now().Sub(started)
	out.at = faultPlace(q, err, origin)
	var server *pg.Error
	if errors.As(err, &server) {
		if server.State == undefinedColumn && rules.Subject.Snapshot != "" {
			q.Reason, out.fail = rules.Subject.Label+": "+server.Message, nil
		}
	}
	return out, nil
}

// faultPlace is where the server saw the fault of a rule: a place in the text of one in sql, else the rule itself. The server's own line is
// dropped where the place says more.
func faultPlace(q *plan.Question, err error, origin func(int) (diag.Place, bool)) diag.Place {
	var server *pg.Error
	if errors.As(err, &server) && origin != nil {
		if at, ok := origin(server.At); ok {
			server.Text = ""
			return at
		}
	}
	return q.Origin
}

// undefinedColumn is the SQLSTATE of a column that is not there: a snapshot need not hold all columns of its table.
const undefinedColumn = "42703"

// queryReader reads the rows that a rule in sql returns. What may be shown of them is found out once, because there may be millions.
func queryReader(rules *plan.Rules, q *plan.Question) func(names []string, row pg.Row) report.Sample {
	var shown []plan.Shown
	return func(names []string, row pg.Row) report.Sample {
		if shown == nil {
			shown = rules.QueryValues(q, names)
		}
		return querySample(rules, shown, row)
	}
}

// querySample is a row that a rule in sql returned. Columns that go by the names of the key come first.
func querySample(rules *plan.Rules, shown []plan.Shown, row pg.Row) report.Sample {
	var s report.Sample
	key := rules.Subject.Table.PrimaryKey
	for i, c := range shown {
		v := report.Value{Column: c.Name, Value: "NULL", Null: row.Null(i)}
		switch {
		case row.Null(i):
		case c.PII:
			v.Value = model.Masked
		default:
			v.Value = row.Text(i)
		}
		if slices.Contains(key, c.Name) {
			s.Key = append(s.Key, v)
		} else {
			s.Values = append(s.Values, v)
		}
	}
	return s
}

// withPlace puts the place in the rule's text, where the server named one.
func withPlace(d diag.Diagnostic, a *answer) diag.Diagnostic {
	if a != nil && a.at.Line > 0 {
		d.Place = a.at
	}
	return d
}
