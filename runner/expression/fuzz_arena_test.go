package expression_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"streamflow/runner/expression"
	"streamflow/runner/internal/pgsql"
)

// arena is a database with a table of random rows, which programs see too.
type arena struct {
	t      *testing.T
	conn   *pgx.Conn
	env    expression.Env
	world  expression.World
	texts  []map[string]string
	memory []expression.Row
}

func newArena(t *testing.T, e expression.Env) *arena {
	a := &arena{t: t, conn: connect(t), env: e, world: bound(t)}
	var columns []string
	for _, c := range e.Columns {
		columns = append(columns, string(pgsql.Ident(c.Name))+" "+c.Type.Name)
	}
	a.exec("SET jit = off; SET statement_timeout = '20s'; SET max_parallel_workers_per_gather = 0; CREATE TEMP TABLE judged (\"#\" integer, " + strings.Join(columns, ", ") + ")")
	return a
}

func (a *arena) exec(sql string) {
	a.t.Helper()
	if _, err := a.conn.Exec(context.Background(), sql); err != nil {
		a.t.Fatalf("%v\n%s", err, sql)
	}
}

// load puts rows into the table.
func (a *arena) load(rows []map[string]string) {
	a.t.Helper()
	a.texts, a.memory = rows, inMemory(a.t, a.env, rows...)
	a.exec("TRUNCATE judged")
	if len(rows) > 0 {
		a.exec("INSERT INTO judged SELECT row_number() OVER (), r.*" + from(a.env, rows...))
	}
}

// ask runs questions in one statement and returns the answers of each.
func (a *arena) ask(questions []*question) ([]answers, error) {
	var columns, windows []string
	for _, q := range questions {
		for _, w := range q.windows {
			if !slices.Contains(windows, w) {
				windows = append(windows, w)
			}
		}
		for _, c := range q.columns {
			columns = append(columns, "("+c+")::text")
		}
	}
	order := ` ORDER BY "#"`
	if questions[0].aggregate {
		order = " HAVING count(*) >= 0" // one answer, also to what holds no aggregate of Postgres
	}
	judged := "judged AS r"
	if len(windows) > 0 {
		judged = "(SELECT r.*, " + strings.Join(windows, ", ") + " FROM judged AS r) AS r"
	}
	sql := "SELECT " + strings.Join(columns, ", ") + " FROM " + judged + order
	rows, err := a.conn.Query(context.Background(), sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := make([]answers, len(questions))
	for rows.Next() {
		values, i := rows.RawValues(), 0
		for n, q := range questions {
			for range q.columns {
				var v *string
				if values[i] != nil {
					v = text(string(values[i]))
				}
				out[n] = append(out[n], v)
				i++
			}
		}
	}
	return out, rows.Err()
}

// disagreement is what both sides say of one row.
type disagreement struct {
	row              int
	database, memory string
}

func shown(s *string) string {
	if s == nil {
		return "NULL"
	}
	return strconv.Quote(*s)
}

// hold compares the answers of Postgres with those of the program. The column of where, which follows a condition, decides alone when
// it is not true.
func (a *arena) hold(q *question, database answers) (*disagreement, error) {
	memory, err := q.memory(a.memory, a.world)
	if err != nil {
		return &disagreement{database: "an answer", memory: err.Error()}, err
	}
	if len(memory) != len(database) {
		return &disagreement{database: fmt.Sprint(len(database), " answers"), memory: fmt.Sprint(len(memory))}, nil
	}
	if len(q.windows) > 0 { // which of several equal rows comes first is open
		database, memory = q.sorted(database), q.sorted(memory)
	}
	for i := range database {
		column, row := i%len(q.columns), i/len(q.columns)
		if q.Where != "" && !q.aggregate {
			looked := shown(database[row*2+1]) == `"true"`
			if column == 0 && !looked {
				continue
			}
			if column == 1 {
				if looked != (shown(memory[i]) == `"looked at"`) {
					return &disagreement{row, "where " + shown(database[i]), "where " + shown(memory[i])}, nil
				}
				continue
			}
		}
		if !q.same(column, database[i], memory[i]) {
			return &disagreement{row, shown(database[i]), shown(memory[i])}, nil
		}
	}
	return nil, nil
}

// sorted puts the answers for rows in an order of their own.
func (q *question) sorted(of answers) answers {
	key := func(row answers) string {
		if looked := shown(row[len(row)-1]); q.Where != "" && looked != `"true"` && looked != `"looked at"` {
			return "not looked at"
		}
		return shown(row[0])
	}
	rows := slices.Collect(slices.Chunk(of, len(q.columns)))
	slices.SortStableFunc(rows, func(a, b answers) int { return strings.Compare(key(a), key(b)) })
	return slices.Concat(rows...)
}

// try asks one question about rows, and returns how the sides disagree.
func (a *arena) try(ask asked) *disagreement {
	q, err := compile(a.t, a.env, ask)
	if err != nil {
		return nil
	}
	a.load(ask.Rows)
	got, err := a.ask([]*question{q})
	if err != nil {
		return &disagreement{database: err.Error(), memory: "anything"}
	}
	out, err := a.hold(q, got[0])
	if errors.Is(err, expression.ErrNoWorld) {
		return nil
	}
	return out
}
