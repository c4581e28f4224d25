package plan

import (
	"strings"
	"testing"

	"streamflow/runner/model"
)

// table reads "name: col type[!] ... key=col,col"; ! means not null.
func table(t *testing.T, text string) model.Table {
	t.Helper()
	name, rest, _ := strings.Cut(text, ": ")
	out := model.Table{Schema: "public", Name: name}
	for _, f := range strings.Split(rest, ", ") {
		if key, ok := strings.CutPrefix(f, "key="); ok {
			out.PrimaryKey = strings.Split(key, "+")
			continue
		}
		col, kind, _ := strings.Cut(f, " ")
		was := ""
		if i := strings.Index(col, "<"); i > 0 {
			col, was = col[:i], col[i+1:]
		}
		typ, err := model.ParseType(strings.TrimSuffix(kind, "!"))
		if err != nil {
			t.Fatal(err)
		}
		out.Columns = append(out.Columns, model.Column{Name: col, Type: typ, Nullable: !strings.HasSuffix(kind, "!"), RenamedFrom: was})
	}
	return out
}

func TestCompareTable(t *testing.T) {
	cases := []struct{ name, want, found, changes, fault string }{
		{"equal", "t: a text!, b int, key=a", "t: a text!, b int, key=a", "", ""},
		{"a new table", "t: a text!, key=a", "", "+ table with 1 columns", ""},
		{"a new column", "t: a text!, b int, key=a", "t: a text!, key=a", "+ column b integer", ""},
		{"a wider type", "t: a text!, b bigint, key=a", "t: a text!, b int, key=a", "~ column b integer -> bigint", ""},
		{"a narrower type", "t: a text!, b smallint, key=a", "t: a text!, b int, key=a", "~ column b integer -> smallint [--allow-narrow t.b]", ""},
		{"a shorter text", "t: a text!, b varchar(3), key=a", "t: a text!, b text, key=a", "~ column b text -> character varying(3) [--allow-narrow t.b]", ""},
		{"another kind", "t: a text!, b date, key=a", "t: a text!, b int, key=a", "", "one cannot become the other"},
		{"renamed", "t: a text!, b<old int, key=a", "t: a text!, old int, key=a", "~ column old renamed to b", ""},
		{"renamed before", "t: a text!, b<old int, key=a", "t: a text!, b int, key=a", "", ""},
		{"renamed and wider", "t: a text!, b<old bigint, key=a", "t: a text!, old int, key=a", "~ column old renamed to b; ~ column b integer -> bigint", ""},
		{"the key renamed", "t: k<a text!, key=k", "t: a text!, key=a", "~ column a renamed to k", ""},
		{"not null", "t: a text!, b int!, key=a", "t: a text!, b int, key=a", "~ column b set not null", ""},
		{"null", "t: a text!, b int, key=a", "t: a text!, b int!, key=a", "~ column b drop not null", ""},
		{"another key", "t: a text!, b int!, key=b", "t: a text!, b int!, key=a", "", "primary key (a) in the database and (b) in the spec"},
		{"no key yet", "t: a text!, b int, key=a", "t: a text!, b int", "+ primary key (a)", ""},
		{"what is not declared stays", "t: a text!, key=a", "t: a text!, x int, key=a", "", ""},
		{"what is not declared is needed", "t: a text!, key=a", "t: a text!, x int!, key=a", "", "has no default, and is not in the spec"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var live *model.Table
			if c.found != "" {
				f := table(t, c.found)
				live = &f
			}
			changes, faults := compareTable(table(t, c.want), live, Found{}, Options{})
			var got []string
			for _, ch := range changes {
				d := ch.Detail
				if ch.Flag != "" {
					d += " [" + ch.Flag + "]"
				}
				got = append(got, d)
			}
			if s := strings.Join(got, "; "); s != c.changes {
				t.Errorf("changes %q, want %q", s, c.changes)
			}
			fault := ""
			if len(faults) > 0 {
				fault = faults[0].Message
			}
			if c.fault == "" && fault != "" || !strings.Contains(fault, c.fault) {
				t.Errorf("fault %q, want %q", fault, c.fault)
			}
		})
	}
}

func TestJudge(t *testing.T) {
	cases := []struct {
		atLeast                 string
		nulls                   bool
		looked, failed, unknown int64
		passes                  bool
	}{
		{"", false, 10, 0, 0, true}, {"", false, 10, 1, 0, false}, {"", false, 10, 0, 10, true}, {"", true, 10, 0, 1, false},
		{"0.9", false, 10, 1, 0, true}, {"0.9", false, 10, 1, 1, false}, {"0.99", false, 0, 0, 0, true},
		{"0.1", false, 10, 9, 0, true}, {"0.3", false, 10, 7, 0, true}, // 0.3 x 10 is exactly 3
	}
	for _, c := range cases {
		if _, _, got := Judge(model.Rule{AtLeast: c.atLeast, NullsFail: c.nulls}, c.looked, c.failed, c.unknown); got != c.passes {
			t.Errorf("%+v: got %v", c, got)
		}
	}
}

func TestPublishOrder(t *testing.T) {
	l := func(name string, parents ...string) *model.Load {
		out := &model.Load{Table: model.Table{Name: name}}
		for _, p := range parents {
			out.References = append(out.References, model.Reference{Table: p})
		}
		return out
	}
	var got []string
	for _, x := range publishOrder([]*model.Load{l("c", "b"), l("b", "a"), l("d"), l("a"), l("e", "e", "elsewhere")}) {
		got = append(got, x.Table.Name)
	}
	if s := strings.Join(got, " "); s != "d a e b c" {
		t.Errorf("got %s", s)
	}
}
