package pgsql

import (
	"fmt"
	"strings"
	"testing"
)

func TestReadQuery(t *testing.T) {
	for text, want := range map[string]string{
		"select * from users where d > :as_of":            `select * from users where d > <as_of> [select from users where d] -1 -1`,
		"select ':as_of', \":as_of\", a::date, :as_of;\n": `select ':as_of', ":as_of", a::date, <as_of> [select :as_of a date] -1 -1`,
		"select a[1:2], b[i:j], (x):y /* :z /* */ :z */":  `select a[1:2], b[i:j], (x):y /* :z /* */ :z */ [select a b i j x y] -1 -1`,
		"select $$ :no $$, $t$ $$ :no $t$, :yes -- :no":   `select $$ :no $$, $t$ $$ :no $t$, <yes> -- :no [select] -1 -1`,
		`select E'it\'s :no', 'it''s :no', "we""ird"`:     `select E'it\'s :no', 'it''s :no', "we""ird" [select e we"ird] -1 -1`,
		"select 1; drop table Users":                      `select 1; drop table Users [select drop table users] 10 -1`,
		"select 1 ; -- done":                              `select 1  [select] -1 -1`,
		"select 'open":                                    `select 'open [select] -1 7`,
		"select /* open":                                  `select /* open [select] -1 7`,
		"select $a$ open":                                 `select $a$ open [select] -1 10`,
		"é = :größe and x = :x":                           `é = <größe> and x = <x> [é and x] -1 -1`,
	} {
		q := ReadQuery(text)
		sql := string(q.SQL)
		for _, m := range q.Params {
			if got := string([]rune(text)[m.From:m.To]); got != ":"+m.Name {
				t.Errorf("%s: %q stands where %s should", text, got, m.Name)
			}
			sql = strings.Replace(sql, string(Param(m.Name)), "<"+m.Name+">", 1)
		}
		if got := fmt.Sprint(sql, " ", q.Words, " ", q.Further, " ", q.Open); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func FuzzReadQuery(f *testing.F) {
	f.Add("select ':a' $x$ -- /* ;")
	f.Fuzz(func(t *testing.T, text string) {
		for _, m := range ReadQuery(text).Params {
			if m.From < 0 || m.To > len([]rune(text)) || m.From >= m.To {
				t.Fatalf("%q: %+v", text, m)
			}
		}
	})
}
