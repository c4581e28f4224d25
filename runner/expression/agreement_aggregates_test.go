package expression_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"streamflow/runner/expression"
)

// TestAggregatesAgree holds aggregates and windows in memory against Postgres: every measure, digit for digit, and every verdict, over
// random rows at the limits of the types.
func TestAggregatesAgree(t *testing.T) {
	conn, e := connect(t), env(t)
	e.Columns = append([]expression.Column{{Name: "row", Type: typ(t, "integer")}}, e.Columns...)
	e.Key = []string{"row"}
	if _, err := conn.Exec(t.Context(), "SET TIME ZONE 'UTC'"); err != nil { // measures are shown in it
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	g := &generator{r: rand.New(rand.NewPCG(seed, 5))}
	rounds := 400
	if testing.Short() {
		rounds = 60
	}
	for i := range rounds {
		p := place{env: e, order: `r."row"`}
		for k := range g.r.IntN(9) {
			row := map[string]string{}
			for name, value := range g.row() {
				row[name] = value
			}
			row["row"] = fmt.Sprint(k)
			p.rows = append(p.rows, row)
		}
		where := g.one("", "", "b", "i > 0", "n != 0", "t != \"\"")
		if i%2 == 0 {
			agreeOnMeasures(t, conn, p, g.measure()+" != nil and "+g.measure()+" != nil", where)
			continue
		}
		if got := p.ask(t, conn, g.windowed(), where); strings.Contains(got, "memory") || strings.Contains(got, "ERROR") {
			t.Errorf("seed %d: %s", seed, got)
		}
	}
}

// extremes are rows at the limits of every type.
var extremes = []map[string]string{
	{},
	{"i": "0", "s": "0", "l": "0", "n": "0", "m": "0", "f": "0", "g": "0", "t": "", "u": "", "c": "", "b": "false", "d": "0001-01-01", "ts": "0001-01-01", "tz": "0001-01-01 00:00+00", "2B": "0", "count": "0", "len": "0"},
	{"i": "-2147483648", "s": "-32768", "l": "-9223372036854775808", "n": "-1e1200", "m": "-99999999.99", "f": "-1.7976931348623157e308", "g": "-3.4028235e38", "t": "2024-02-30", "u": "'", "c": "é", "b": "true", "d": "4713-01-01 BC", "ts": "4713-01-01 BC", "tz": "4713-01-02 00:00+00 BC"},
	{"i": "2147483647", "s": "32767", "l": "9223372036854775807", "n": "1e131000", "m": "99999999.99", "f": "1.7976931348623157e308", "g": "3.4028235e38", "t": "9999-12-31", "u": "1e99", "c": "x", "b": "true", "d": "5874897-12-31", "ts": "294276-12-31", "tz": "294276-12-31 00:00+00"},
	{"i": "1", "n": "NaN", "m": "NaN", "f": "NaN", "g": "NaN", "t": "NaN", "d": "infinity", "ts": "infinity", "tz": "infinity", "b": "true"},
	{"i": "-1", "n": "Infinity", "f": "Infinity", "g": "Infinity", "t": "\n", "d": "-infinity", "ts": "-infinity", "tz": "-infinity", "b": "false"},
	{"i": "-1", "n": "-Infinity", "f": "-Infinity", "g": "-Infinity", "t": "0000-01-01", "d": "2024-01-31"},
	{"i": "2", "n": "1e-16000", "m": "0.01", "f": "5e-324", "g": "1e-45", "t": "1e5", "u": "12.50", "d": "2024-02-29", "ts": "2024-02-29 12:00", "tz": "2024-02-29 12:00+00"},
	{"i": "-3", "n": "-0.5", "m": "-1.50", "f": "-2.5", "g": "0.1", "t": "-.", "l": "-1"},
}

// generator makes random aggregates and windows.
type generator struct{ r *rand.Rand }

func (g *generator) one(from ...string) string { return from[g.r.IntN(len(from))] }

// row is a row of small values, so that some are the same, or one at the limits.
func (g *generator) row() map[string]string {
	if g.r.IntN(4) == 0 {
		return extremes[g.r.IntN(len(extremes))]
	}
	out := map[string]string{}
	for name, values := range map[string][]string{"i": {"1", "2", "7"}, "s": {"1", "2"}, "l": {"1", "9223372036854775807"}, "n": {"1", "1.0", "1.00", "0.3333333333333333333", "-2.5", "1e20", "NaN"},
		"m": {"0.10", "12.34"}, "f": {"0.1", "1e300", "2", "NaN"}, "g": {"0.1", "3"}, "t": {"a", "B", "é", ""}, "u": {"x", "y"}, "c": {"x", "x "}, "b": {"true", "false"}, "d": {"2024-01-31", "2024-02-29"},
		"ts": {"2024-01-31 12:00"}, "tz": {"2024-01-31 00:00+00"}, "id": {"00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-000000000001"}} {
		if g.r.IntN(5) > 0 {
			out[name] = values[g.r.IntN(len(values))]
		}
	}
	return out
}

func (g *generator) ranked() string {
	return g.one("i", "l", "n", "m", "f", "g", "t", "u", "c", "d", "ts", "tz", "n + 1", "i * n", "f / 3", "lower(t)")
}

func (g *generator) measure() string {
	switch g.r.IntN(7) {
	case 0:
		return g.one("stddev", "median") + "(" + g.one("i", "s", "l", "n", "m", "f", "g", "i + n", "i / 3") + ")"
	case 1:
		return "quantile(" + g.ranked() + ", " + g.one("0", "0.1", "0.25", "0.5", "0.9", "1") + ")"
	case 2:
		return "null_share(" + g.ranked() + ")"
	case 3:
		return "share(" + g.one("b", "i > 1", "n >= f", "t != u") + ")"
	case 4:
		return g.one("mode", "mode_count") + "(" + g.one(g.ranked(), "b", "id") + ")"
	}
	set := g.one("distinct_in", "distinct_contains", "distinct_equals", "mode_in")
	return set + g.one(`(t, ["a", "B"])`, `(i, [1, 2, 7])`, `(n, [1, 1.5])`, `(f, [0.1, 2])`, `(g, [0.1])`, `(d, [as_of, date("2024-02-29")])`, `(b, [true])`, `(tz, [as_of])`, `(c, ["x"])`, `(l, [])`, `(n, [1, 0.3333333333333333333, -2.5])`)
}

func (g *generator) windowed() string {
	switch g.r.IntN(4) {
	case 0:
		return "unique(" + g.one(g.ranked(), g.ranked()+", "+g.ranked(), "b, id") + ")"
	case 1:
		return "zscore(" + g.one("i", "l", "n", "m", "f", "i + n") + ") * 1e12 % 2 " + g.one(">", "<", "<=") + " " + g.one("1", "0", "0.5")
	}
	return g.one("", "strictly_") + g.one("increasing", "decreasing") + "(" + g.ranked() + g.one("", ", "+g.ranked()) + ")"
}

// agreeOnMeasures compares what an aggregate rule computes.
func agreeOnMeasures(t *testing.T, conn *pgx.Conn, p place, text, where string) {
	t.Helper()
	rule, faults, _ := expression.CompileRule(text, where, p.env)
	if rule.Program == nil {
		t.Errorf("%s: %v", text, faults)
		return
	}
	_, measures, err := rule.Program.JudgeAll(inMemory(t, p.env, p.rows...), bound(t))
	if err != nil {
		t.Errorf("%s: %v", text, err)
		return
	}
	marks := p.marks(rule)
	for i, m := range rule.Measures {
		sql := world(t, m.SQL, marks)
		var got, kind string
		if err := conn.QueryRow(t.Context(), "SELECT coalesce(("+sql+")::text, 'nil'), pg_typeof("+sql+")::text"+p.from(t, rule, marks)+" HAVING count(*) >= 0").Scan(&got, &kind); err != nil {
			t.Errorf("%s: %v\n%s", m.Text, err, sql)
			continue
		}
		memory := "nil"
		if measures[i] != nil {
			memory = expression.FormatDatum(measures[i], typ(t, kind))
		}
		if got != memory {
			t.Errorf("%s where %s: Postgres says %s, memory %s\n%s\n%v", m.Text, where, got, memory, sql, p.rows)
		}
	}
}
