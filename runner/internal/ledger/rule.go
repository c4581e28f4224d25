package ledger

import (
	"context"
	"strconv"

	"streamflow/db"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/report"
)

// measured is a measure as the ledger keeps it, to be found again by its key.
type measured struct {
	Text  string  `json:"text"`
	Key   string  `json:"key,omitempty"`
	Value *string `json:"value"`
}

// rules records what a run found of each rule.
func (l *Ledger) rules(ctx context.Context, r *report.Report) error {
	rows := make([]pgsql.Frag, len(r.Rules))
	for i, x := range r.Rules {
		limit := pgsql.Frag("NULL::bigint")
		if x.MaxFail != nil {
			limit = pgsql.Int(*x.MaxFail)
		}
		rows[i] = tuple(pgsql.Int(r.RunID), pgsql.Int(i), pgsql.Literal(l.db.Schema()), pgsql.Literal(x.Table), pgsql.Literal(x.Rule), pgsql.Literal(x.ID),
			pgsql.Literal(x.Severity), pgsql.Literal(string(x.Verdict)), pgsql.Int(x.Looked), pgsql.Int(x.Judged), pgsql.Int(x.Failed), pgsql.Int(x.Unknown),
			document(measures(x)), document(x.Samples), document(x.ValueCounts), pgsql.Literal(x.File), pgsql.Int(x.Line), pgsql.Literal(x.Text),
			pgsql.Literal(x.Where), pgsql.Literal(x.AtLeast), limit, pgsql.Literal(x.Owner), document(x.Tags), pgsql.Literal(x.Message), pgsql.Literal(x.Reason),
			pgsql.Typed(strconv.FormatFloat(x.CostMS, 'f', -1, 64), "numeric"))
	}
	return l.insert(ctx, "run_rule", rows)
}

func measures(r report.Rule) []measured {
	out := make([]measured, len(r.Measures))
	for i, m := range r.Measures {
		out[i] = measured{Text: m.Text, Key: m.Key}
		if !m.Null {
			value := m.Value
			out[i].Value = &value
		}
	}
	return out
}

// PreviousPartition returns the date of the newest successful partition of a table before an as_of, and how many of its rows were judged; ""
// when there is none.
func (l *Ledger) PreviousPartition(ctx context.Context, schema, table, asOf string) (string, int64, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("rule_previous"), pgsql.Holes{"schema": pgsql.Literal(schema), "table": pgsql.Literal(table), "as_of": date(asOf)}))
	if err != nil || len(rows) == 0 {
		return "", 0, err
	}
	return rows[0].Text(0), rows[0].Int(1), nil
}

// Measured returns what the newest successful run of a date measured under a key (model.MeasureKey); nil is NULL. ok is false when no
// run measured it.
func (l *Ledger) Measured(ctx context.Context, schema, table, asOf, key string) (value *string, ok bool, err error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("rule_measured"), pgsql.Holes{"schema": pgsql.Literal(schema), "table": pgsql.Literal(table),
		"as_of": date(asOf), "key": pgsql.Literal(key)}))
	if err != nil || len(rows) == 0 {
		return nil, false, err
	}
	if !rows[0].Null(0) {
		text := rows[0].Text(0)
		value = &text
	}
	return value, true, nil
}

// RuleRun is what a run found of a rule.
type RuleRun struct {
	Run     int64
	Params  map[string]string
	Failed  int64
	Samples []report.Sample
}

// RuleRun returns what the newest run that judged a batch of a table by a rule found, or that of an id; nil when there is none.
func (l *Ledger) RuleRun(ctx context.Context, schema, table, rule string, run int64) (*RuleRun, error) {
	which := pgsql.Frag("true")
	if run != 0 {
		which = "x.run_id = " + pgsql.Int(run)
	}
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("rule_run"), pgsql.Holes{"schema": pgsql.Literal(schema), "table": pgsql.Literal(table),
		"rule": pgsql.Literal(rule), "which": which}))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out := &RuleRun{Run: rows[0].Int(0), Failed: rows[0].Int(2)}
	if err := rows[0].JSON(1, &out.Params); err != nil {
		return nil, err
	}
	return out, rows[0].JSON(3, &out.Samples)
}

// SourceSums returns the SHA-256 of the files that a run read for a table, in order.
func (l *Ledger) SourceSums(ctx context.Context, run int64, table string) ([]string, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("run_source_sums"), pgsql.Holes{"run": pgsql.Int(run), "table": pgsql.Literal(table)}))
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.Text(0)
	}
	return out, err
}
