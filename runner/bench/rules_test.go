package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"streamflow/runner/expression"
	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
)

// judgedTable is what the rules are about. Every column but the key may be NULL, as far as the rules know.
var judgedTable = [][2]string{{"id", "text"}, {"visits", "integer"}, {"clicks", "integer"}, {"amount", "numeric(12,2)"}, {"hours", "numeric"},
	{"active", "boolean"}, {"seen", "date"}, {"note", "text"}}

// twelve are rules such as people write: of whole numbers, dates, texts and decimals.
var twelve = []string{`visits >= 0`, `visits <= 1000`, `clicks in 0..100000`, `clicks >= visits or visits > 900`, `seen >= date("2020-01-01")`, `seen < date("2030-01-01")`,
	`active != nil`, `note in ["alpha", "beta", "gamma", "delta", "epsilon"]`, `amount >= 0`, `amount < 10000`, `hours >= 0`, `hours <= 24 * 31`}

// dozen are rules of whole numbers and dates alone, where the scan itself is what costs.
var dozen = []string{`visits >= 0`, `visits <= 1000`, `visits != 5000`, `clicks >= 0`, `clicks <= 100000`, `clicks != -1`, `seen >= date("2020-01-01")`,
	`seen < date("2030-01-01")`, `seen != nil`, `active != nil`, `visits in 0..1000`, `clicks in 0..100000`}

// BenchmarkRules judges twelve row rules on many rows: in one scan, as runner does, and as one query for each rule, which is what the
// scan consists of when it asks for one rule alone. Beside them stands a scan that only counts, and one that reads the last column.
// All run in one session without parallel workers.
func BenchmarkRules(b *testing.B) {
	n := rows(b)
	conn, err := pgx.Connect(context.Background(), pgtest.Database(b))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	run := func(sql string) time.Duration {
		start := time.Now()
		if _, err := conn.Exec(context.Background(), sql); err != nil {
			b.Fatalf("%v\n%s", err, sql)
		}
		return time.Since(start)
	}
	run("SET max_parallel_workers_per_gather = 0")
	run(fmt.Sprintf(`CREATE TEMP TABLE judged AS SELECT 'u' || i AS id, (i::bigint * 7919 %% 1000)::integer AS visits, (i::bigint * 104729 %% 100000)::integer AS clicks, ((i::bigint * 31) %% 999999 / 100.0)::numeric(12,2) AS amount,
(i %% 60)::numeric + 0.123456789 AS hours, i %% 2 = 0 AS active, date '2024-01-01' + i %% 360 AS seen,
CASE i %% 6 WHEN 0 THEN NULL WHEN 1 THEN 'alpha' WHEN 2 THEN 'beta' WHEN 3 THEN 'gamma' WHEN 4 THEN 'delta' ELSE 'epsilon' END AS note FROM generate_series(1, %d) i`, n))
	run("ANALYZE judged")
	for _, set := range []struct {
		name  string
		rules []string
	}{{"mixed", twelve}, {"whole", dozen}} {
		b.Run(set.name, func(b *testing.B) {
			for range b.N {
				compareScans(b, n, bindRules(b, set.rules), run)
			}
		})
	}
}

// compareScans takes the median of several rounds, in each of which everything runs once.
func compareScans(b *testing.B, n int, rules *plan.Rules, run func(string) time.Duration) {
	b.Helper()
	var counting, reading, one, each []time.Duration
	for range 7 {
		counting = append(counting, run("SELECT count(*) FROM judged r"))
		reading = append(reading, run("SELECT count(r.note) FROM judged r"))
		one = append(one, run(string(rules.Scan(rules.Questions, plan.Plain))))
		var sum time.Duration
		for _, q := range rules.Questions {
			sum += run(string(rules.Scan([]*plan.Question{q}, plan.Plain)))
		}
		each = append(each, sum)
	}
	c, r, o, e := median(counting), median(reading), median(one), median(each)
	b.Logf("%d rows, %d rules: one scan %v, a query for each %v (%.1fx), counting %v (%.1fx), reading the last column %v (%.1fx)", n, len(rules.Questions),
		o.Round(time.Millisecond), e.Round(time.Millisecond), e.Seconds()/o.Seconds(), c.Round(time.Millisecond), o.Seconds()/c.Seconds(),
		r.Round(time.Millisecond), o.Seconds()/r.Seconds())
	b.ReportMetric(e.Seconds()/o.Seconds(), "each/scan")
	b.ReportMetric(o.Seconds()/c.Seconds(), "scan/count")
	b.ReportMetric(o.Seconds()/r.Seconds(), "scan/read")
}

// bindRules compiles rules for a relation called judged.
func bindRules(b *testing.B, texts []string) *plan.Rules {
	b.Helper()
	table := model.Table{Name: "judged", PrimaryKey: []string{"id"}}
	env := expression.Env{Key: table.PrimaryKey}
	for _, c := range judgedTable {
		t, err := model.ParseType(c[1])
		if err != nil {
			b.Fatal(err)
		}
		table.Columns = append(table.Columns, model.Column{Name: c[0], Type: t, Nullable: true})
		env.Columns = append(env.Columns, expression.Column{Name: c[0], Type: t, Nullable: true})
	}
	var rules []model.Rule
	for _, text := range texts {
		c, faults, _ := expression.CompileRule(text, "", env)
		if c.SQL == "" {
			b.Fatalf("%s: %v", text, faults)
		}
		rules = append(rules, c.Compiled(text, ""))
	}
	s := &plan.Subject{Name: "judged", Table: table, Rows: pgsql.Ident("judged"), Held: table.ColumnNames(), Placed: true}
	return s.Bind(rules, nil)
}
