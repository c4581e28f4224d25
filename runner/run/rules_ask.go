package run

import (
	"context"
	"time"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// answer is what the database said of one rule, or why it could not.
type answer struct {
	fail                    error
	row                     pg.Row // of an aggregate rule: verdict, then each measure
	looked, failed, unknown int64
	open                    bool            // a proof did not hold, so the rule has still to be asked
	samples                 []report.Sample // of a rule in sql
	at                      diag.Place      // of a rule in sql: where the server saw the fault
	cost                    time.Duration
}

// ask puts every question, those of one way together. A rule that a proof spares is not asked of each row.
func (r *runner) ask(ctx context.Context, rules *plan.Rules) (map[*plan.Question]*answer, error) {
	answers := map[*plan.Question]*answer{}
	for _, way := range []plan.Way{plan.Plain, plan.Joined, plan.Windowed} {
		var now []*plan.Question
		for _, q := range rules.Questions {
			proof := way == plan.Plain && q.Provable()
			spared := answers[q] != nil && !answers[q].open
			if q.Asked() && !spared && (q.Way() == way || proof) {
				now = append(now, q)
			}
		}
		for _, group := range rules.Scans(now, way) {
			if err := r.scan(ctx, rules, group, way, answers); err != nil {
				return nil, err
			}
		}
	}
	for _, q := range rules.Questions {
		if q.Asked() && q.Way() == plan.Alone {
			a, err := r.query(ctx, rules, q)
			if err != nil {
				return nil, err
			}
			answers[q] = a
		}
	}
	return answers, nil
}

// scan runs one scan for several rules. When the server refuses it, the rules are halved until the ones that it cannot answer are alone.
func (r *runner) scan(ctx context.Context, rules *plan.Rules, group []*plan.Question, way plan.Way, answers map[*plan.Question]*answer) error {
	started := r.Now()
	row, err := r.DB.One(ctx, rules.Scan(group, way))
	cost := r.Now().Sub(started) / time.Duration(len(group))
	switch {
	case err == nil:
		at := 1
		for _, q := range group {
			var before time.Duration
			if answers[q] != nil {
				before = answers[q].cost
			}
			answers[q] = read(q, row[at:at+q.Width()], way)
			answers[q].cost = before + cost
			at += q.Width()
		}
		return nil
	case !pg.StatementFault(err):
		return err
	case len(group) == 1:
		answers[group[0]] = &answer{fail: err, cost: cost}
		return nil
	}
	half := len(group) / 2
	if err := r.scan(ctx, rules, group[:half], way, answers); err != nil {
		return err
	}
	return r.scan(ctx, rules, group[half:], way, answers)
}

func read(q *plan.Question, row pg.Row, way plan.Way) *answer {
	switch {
	case q.Aggregate:
		return &answer{row: row}
	case way < q.Way():
		return &answer{looked: row.Int(0), unknown: row.Int(2), open: !row.Bool(1)}
	}
	return &answer{looked: row.Int(0), failed: row.Int(1), unknown: row.Int(2)}
}
