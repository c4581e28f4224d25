package plan

import (
	"slices"
	"strings"
	"unicode/utf8"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Query is what a rule in sql sends: its query over the tables that it mentions, each as it will be when the run is over, in a form that
// can only be read. The first column of the answer is the number of rows; a limit of 0 is none. origin finds the place in the rule's text
// of a position in the statement, which counts characters from 1 as the server does; ok is false outside of that text.
func (r *Rules) Query(q *Question, limit int) (sql pgsql.Frag, origin func(position int) (at diag.Place, ok bool)) {
	tables := pgsql.Frag("")
	for _, name := range q.Needs.Tables {
		rows := r.queryTable(name)
		if rows == "" {
			continue
		}
		if tables != "" {
			tables += ", "
		}
		tables += pgsql.Ident(name) + " AS " + rows
	}
	if tables != "" {
		tables = "WITH " + tables + "\n"
	}
	most := pgsql.Frag("")
	if limit > 0 {
		most = "\nLIMIT " + pgsql.Int(limit)
	}
	sql = fill("check_rule_query", pgsql.Holes{"tables": tables, "query": q.Condition, "limit": most})
	before := utf8.RuneCountInString(string(sql[:strings.Index(string(sql), string(q.Condition))]))
	return sql, func(position int) (diag.Place, bool) {
		at := q.written(position - 1 - before)
		if at < 0 || at >= len(q.Spots) {
			return diag.Place{}, false
		}
		return q.Spots[at], true
	}
}

// queryTable is a declared table as a rule in sql sees it. The rows of a snapshot stand for those of their table.
func (r *Rules) queryTable(name string) pgsql.Frag {
	if s := r.Subject; s.Snapshot != "" && name == s.Name {
		return s.Rows
	}
	other, ok := r.Subject.Other(name)
	if !ok {
		return ""
	}
	return other.Rows
}

// piece is a part of a rule's text and of what is sent for it: the same text, or a parameter and its value.
type piece struct{ written, sent int }

// pieces compares a query with marks and the same with values.
func pieces(marked pgsql.Frag, values map[string]pgsql.Frag) []piece {
	var out []piece
	for i, part := range strings.Split(string(marked), "\x00") {
		n := utf8.RuneCountInString(part)
		if i%2 == 0 {
			out = append(out, piece{n, n})
			continue
		}
		out = append(out, piece{n + 1, utf8.RuneCountInString(string(values[part]))})
	}
	return out
}

// written is the offset in the rule's text of an offset in its bound query; -1 outside.
func (q *Question) written(offset int) int {
	written := 0
	for i, p := range q.pieces {
		if offset < 0 {
			return -1
		}
		if offset < p.sent || offset == p.sent && i == len(q.pieces)-1 {
			if i%2 == 0 {
				return written + offset
			}
			return written
		}
		offset, written = offset-p.sent, written+p.written
	}
	return -1
}

// QueryValues says how the columns of an answer to a rule in sql are shown. Where a table that it mentions holds personal data, only
// columns that go by the name of a declared one without any are shown as they are, and none is where the query may give personal data
// another name.
func (r *Rules) QueryValues(q *Question, names []string) []Shown {
	tables := r.queryTables(q)
	known, personal := map[string]bool{}, map[string]bool{}
	for _, table := range tables {
		for _, c := range table.Columns {
			known[c.Name] = true
			personal[c.Name] = personal[c.Name] || c.PII
		}
	}
	guarded := slices.ContainsFunc(tables, holdsPII)
	all := guarded && discloses(q.Text, tables)
	out := make([]Shown, len(names))
	for i, name := range names {
		out[i] = Shown{Name: name, PII: all || personal[name] || guarded && !known[name]}
	}
	return out
}

func holdsPII(t model.Table) bool {
	return slices.ContainsFunc(t.Columns, func(c model.Column) bool { return c.PII })
}

func (r *Rules) queryTables(q *Question) []model.Table {
	out := []model.Table{r.Subject.Table}
	for _, name := range q.Needs.Tables {
		if other, ok := r.Subject.Other(name); ok {
			out = append(out, other.Table)
		}
	}
	return out
}
