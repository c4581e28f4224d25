package expression_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// Sizes of the differential test. FUZZ_CASES and FUZZ_SEED change the number of cases and repeat a run.
const (
	normalCases = 24_000 // pairs of an expression and a row
	rowsAtOnce  = 64
	perRound    = 48 // expressions on the same rows
	perQuery    = 16
)

// tally counts what the answers are, so that the test is seen not to be about nothing.
type tally struct {
	cases, refused, unknown, yes, no, values, nothing, elsewhere int
	used, tried, reasons                                         map[string]int
}

func (c *tally) count(q *question, got answers) {
	for i := 0; i < len(got); i += len(q.columns) {
		c.cases++
		switch v := shown(got[i]); {
		case q.Type != "" && v == "NULL":
			c.nothing++
		case q.Type != "":
			c.values++
		case v == `"true"`:
			c.yes++
		case v == `"false"`:
			c.no++
		default:
			c.unknown++
		}
	}
}

// TestDifferential holds the two back ends against each other: random expressions of all types over random rows, as Postgres computes
// them and as the program does. They must say the same, to the last digit. What is found is made small, and printed as a line for
// testdata/disagreements.jsonl, whose cases TestDisagreements repeats.
func TestDifferential(t *testing.T) {
	cases, seed := normalCases, rand.Uint64()
	if text := os.Getenv("FUZZ_CASES"); text != "" {
		cases, _ = strconv.Atoi(text)
	} else if testing.Short() {
		cases = 2000
	}
	if text := os.Getenv("FUZZ_SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
	}
	t.Logf("FUZZ_SEED=%d", seed)
	a := newArena(t, fuzzEnv(t))
	c := &tally{used: map[string]int{}, tried: map[string]int{}, reasons: map[string]int{}}
	start, found, next := time.Now(), 0, 100_000
	for round := uint64(0); c.cases < cases && found < 5; round++ {
		found += a.round(rand.New(rand.NewPCG(seed, round)), c, fmt.Sprintf("FUZZ_SEED=%d, round %d", seed, round))
		if c.cases >= next {
			t.Logf("%d cases in %s, %d disagreements", c.cases, time.Since(start).Round(time.Second), found)
			next += 100_000
		}
	}
	t.Logf("%d cases in %s: %d true, %d false, %d unknown; %d values, %d NULL; %d expressions refused, %d need more than the rows; %d disagreements", c.cases, time.Since(start).Round(time.Millisecond), c.yes, c.no, c.unknown, c.values, c.nothing, c.refused, c.elsewhere, found)
	verdicts := c.yes + c.no + c.unknown
	for what, n := range map[string]int{"true": c.yes, "false": c.no, "unknown": c.unknown} {
		if n*20 < verdicts {
			t.Errorf("only %d of %d verdicts are %s: the test is about nothing", n, verdicts, what)
		}
	}
	if c.values*4 < c.nothing {
		t.Errorf("only %d of %d values are not NULL", c.values, c.values+c.nothing)
	}
	c.uncovered(t)
}

// next is a function that no expression has used so far, nil when each has been or is given up.
func (c *tally) next() *expression.Function {
	const patience = 60
	functions := expression.Functions()
	for i := range functions {
		f := &functions[i]
		if !f.ValueOnly && !f.Elsewhere && c.used[f.Signature()] == 0 && c.tried[f.Signature()] < patience {
			c.tried[f.Signature()]++
			return f
		}
	}
	return nil
}

// uncovered reports functions that no expression has used: the generator cannot call them.
func (c *tally) uncovered(t *testing.T) {
	var missing []string
	for _, f := range expression.Functions() {
		if !f.ValueOnly && !f.Elsewhere && c.used[f.Signature()] == 0 {
			missing = append(missing, f.Signature())
		}
	}
	if len(missing) > 0 {
		t.Errorf("never tried: %s", strings.Join(missing, ", "))
	}
	if testing.Verbose() {
		for reason, n := range c.reasons {
			if n > 20 {
				t.Logf("refused %d times: %s", n, reason)
			}
		}
	}
}

// round tries expressions on one set of rows and returns how many disagreements there were.
func (a *arena) round(r *rand.Rand, c *tally, where string) int {
	rows := make([]map[string]string, rowsAtOnce)
	for i := range rows {
		rows[i] = randomRow(r)
	}
	a.load(rows)
	var singles, all []*question
	terms := map[*question]*term{}
	for range perRound {
		q, root := a.random(r, c, c.next())
		switch {
		case q == nil:
			continue
		case q.aggregate:
			all = append(all, q)
		default:
			singles = append(singles, q)
		}
		terms[q] = root
	}
	found := 0
	for _, group := range [][]*question{singles, all} {
		for batch := range slices.Chunk(group, perQuery) {
			got, err := a.ask(batch)
			for i, q := range batch {
				if err != nil {
					one, errOne := a.ask([]*question{q})
					if errOne == nil {
						found += a.check(q, one[0], c, terms[q], where)
						continue
					}
					a.report(q, terms[q], where, &disagreement{database: errOne.Error(), memory: "anything"})
					found++
					continue
				}
				found += a.check(q, got[i], c, terms[q], where)
			}
		}
	}
	return found
}

func (a *arena) check(q *question, got answers, c *tally, root *term, where string) int {
	d, err := a.hold(q, got)
	if errors.Is(err, expression.ErrNoWorld) {
		c.elsewhere++
		return 0
	}
	c.count(q, got)
	if d == nil {
		return 0
	}
	a.report(q, root, where, d)
	return 1
}

// report makes a disagreement small and prints it.
func (a *arena) report(q *question, root *term, where string, d *disagreement) {
	rows := a.texts
	ask := q.asked
	ask.Rows = rows
	if !q.aggregate && len(q.windows) == 0 && d.row < len(rows) && !strings.Contains(d.memory, "anything") {
		ask.Rows = rows[d.row : d.row+1]
	}
	small, found := a.shrink(ask, root)
	if found == nil {
		small, found = ask, d
	}
	a.t.Errorf("%s: Postgres says %s, Go says %s:\n%s", where, found.database, found.memory, line(small))
	a.load(rows)
}

// valueTypes are the columns that values of a family are computed into.
var valueTypes = map[model.Family][]string{
	model.Boolean: {""}, model.Integer: {"bigint", "smallint", "numeric", "double precision"}, model.Numeric: {"numeric", "numeric", "numeric", "numeric(10,2)", "double precision", "real"},
	model.Text: {"text", "text", "varchar(3)", "char(4)"}, model.Date: {"date", "timestamp", "timestamptz"}, model.Timestamp: {"timestamp", "timestamptz"}, model.TimestampTZ: {"timestamptz", "timestamp"},
	model.Array: {"text[]"}, model.JSONB: {"jsonb"},
}

// random makes one question: a condition with or without where, a value, or a condition over aggregates.
// With a function it is a comparison with a call of it.
func (a *arena) random(r *rand.Rand, c *tally, f *expression.Function) (*question, *term) {
	g := &terms{r: r, functions: expression.Functions(), made: map[string]bool{}}
	ask, root := asked{}, (*term)(nil)
	switch n := r.IntN(10); {
	case f != nil:
		root = g.comparison(f)
	case n == 9 && r.IntN(4) == 0:
		root = g.comparison(g.windows())
	case n < 1:
		g.aggregates = true
		root = g.make(model.Boolean, g.pick("(%s > %s)", "(%s == %s)", "(%s <= %s)"), g.of(model.Numeric, r.IntN(3)), g.of(model.Numeric, r.IntN(2)))
		if r.IntN(4) == 0 {
			root = g.of(model.Boolean, 2)
		}
		g.aggregates = false
	case n < 6:
		f := rowFamilies[r.IntN(len(rowFamilies))]
		root = g.of(f, 1+r.IntN(4))
		types := valueTypes[f]
		ask.Type = types[r.IntN(len(types))]
	default:
		root = g.of(model.Boolean, 1+r.IntN(4))
	}
	if ask.Type == "" && r.IntN(4) == 0 {
		ask.Where = (&terms{r: r, functions: g.functions, made: map[string]bool{}}).of(model.Boolean, 1).String()
	}
	ask.Rule = root.String()
	q, err := compile(a.t, a.env, ask)
	for format := range g.made {
		c.used[format] += 0
		if err == nil {
			c.used[format]++
		}
	}
	if err != nil {
		c.refused++
		if text := err.Error(); strings.Contains(text, "E40") {
			c.reasons[strings.Join(strings.Fields(text)[2:min(14, len(strings.Fields(text)))], " ")]++
		}
		return nil, nil
	}
	return q, root
}
