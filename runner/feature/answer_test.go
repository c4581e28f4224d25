package feature

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// entity is one with key columns of type text.
func entity(t testing.TB, name string, keys ...string) *model.Entity {
	e := &model.Entity{Name: name}
	for _, k := range keys {
		e.Key = append(e.Key, model.Column{Name: k, Type: parsed(t, "text")})
	}
	return e
}

func parsed(t testing.TB, name string) model.Type {
	t.Helper()
	out, err := model.ParseType(name)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// view is one of features NAME TYPE, and of derived ones NAME = EXPRESSION.
func view(t testing.TB, name string, e *model.Entity, features ...string) *model.FeatureView {
	t.Helper()
	v := &model.FeatureView{Name: name, Entity: e, Online: true}
	for _, text := range features {
		feature, value, derived := strings.Cut(text, " = ")
		if !derived {
			feature, typ, _ := strings.Cut(text, " ")
			v.Features = append(v.Features, model.Feature{Name: feature, Column: feature, Type: parsed(t, typ)})
			continue
		}
		var columns []expression.Column
		for _, f := range v.Features {
			columns = append(columns, expression.Column{Name: f.Name, Type: f.Type, Nullable: true})
		}
		v.Derived = append(v.Derived, derivedFrom(t, feature, value, columns))
	}
	return v
}

// derivedFrom compiles a derived feature as check does.
func derivedFrom(t testing.TB, name, text string, columns []expression.Column) model.Derived {
	t.Helper()
	value, faults := expression.CompileFeature(text, expression.Env{Columns: columns})
	if value.Program == nil {
		t.Fatalf("%s: %v", text, faults)
	}
	return model.Derived{Name: name, Text: text, SQL: value.SQL, Type: value.Type, Uses: value.Columns}
}

func record(values ...string) *Record {
	r := &Record{EventTime: time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC), AsOf: "2024-01-31"}
	for _, v := range values {
		if v == "-" {
			r.Values = append(r.Values, nil)
			continue
		}
		r.Values = append(r.Values, []byte(v))
	}
	return r
}

func list(values ...string) []*string {
	var out []*string
	for i := range values {
		if values[i] == "-" {
			out = append(out, nil)
			continue
		}
		out = append(out, &values[i])
	}
	return out
}

func rowText(r Row) string {
	var out []string
	for _, v := range r.Values {
		switch v.Status {
		case Present:
			out = append(out, string(v.Text))
		default:
			if v.Text != nil {
				out = append(out, "NOT NULL:")
			}
			out = append(out, string(v.Status))
		}
	}
	return strings.Join(out, " ")
}

// What is said of a value, of one that is derived of it, and of one that a service derives of both views.
func TestAnswer(t *testing.T) {
	user := entity(t, "user", "u")
	a := view(t, "a", user, "n numeric(10,2)", "i integer", "s text", "d = n / i", `e = i == nil ? "none" : s`)
	b := view(t, "b", user, "x integer")
	service := &model.FeatureService{Name: "svc", Features: append(a.Offers(), b.Offers()...), Inputs: []model.Column{{Name: "amount", Type: parsed(t, "integer")}}}
	columns := []expression.Column{}
	for _, f := range service.Features {
		columns = append(columns, expression.Column{Name: f.Name, Type: f.Type, Nullable: true})
	}
	columns = append(columns, expression.Column{Name: "amount", Type: parsed(t, "integer"), Nullable: true})
	service.Derived = []model.Derived{derivedFrom(t, "total", "x + amount + i", columns), derivedFrom(t, "anyway", "x ?? -1", columns), derivedFrom(t, "again", "d * 2", columns)}
	set, err := Of(service)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	until := func(r *Record, at time.Time) *Record { r.Expires = at; return r }
	for _, c := range []struct {
		what   string
		a, b   *Record
		amount string
		want   string
	}{
		{"all there", record("29.50", "2", "x"), record("5"), "10", "29.50 2 x 14.7500000000000000 x 5 17 5 29.5000000000000000"},
		{"nulls", record("29.50", "-", "-"), record("-"), "10", "29.50 NULL_VALUE NULL_VALUE NULL_VALUE none NULL_VALUE NULL_VALUE -1 NULL_VALUE"},
		{"no input", record("1", "2", "x"), record("5"), "-", "1 2 x 0.50000000000000000000 x 5 NULL_VALUE 5 1.00000000000000000000"},
		{"division by zero", record("1", "0", "x"), record("5"), "1", "1 0 x NULL_VALUE x 5 6 5 NULL_VALUE"},
		{"one view is missing", record("1", "2", "x"), nil, "1", "1 2 x 0.50000000000000000000 x NOT_FOUND NOT_FOUND -1 1.00000000000000000000"},
		{"the other is", nil, record("5"), "1", "NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND 5 NOT_FOUND 5 NOT_FOUND"},
		{"both are", nil, nil, "1", "NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND -1 NOT_FOUND"},
		{"too old", until(record("1", "2", "x"), now.Add(-time.Microsecond)), record("5"), "1",
			"OUTSIDE_MAX_AGE OUTSIDE_MAX_AGE OUTSIDE_MAX_AGE OUTSIDE_MAX_AGE OUTSIDE_MAX_AGE 5 OUTSIDE_MAX_AGE 5 OUTSIDE_MAX_AGE"},
		{"in its last moment", until(record("1", "2", "x"), now), record("5"), "1", "1 2 x 0.50000000000000000000 x 5 8 5 1.00000000000000000000"},
		{"one too old, one missing", until(record("1", "2", "x"), now.Add(-1)), nil, "1",
			"OUTSIDE_MAX_AGE OUTSIDE_MAX_AGE OUTSIDE_MAX_AGE OUTSIDE_MAX_AGE OUTSIDE_MAX_AGE NOT_FOUND NOT_FOUND -1 OUTSIDE_MAX_AGE"},
	} {
		got, err := set.Answer([][]*Record{{c.a}, {c.b}}, Request{Keys: [][]*string{list("k")}, Inputs: [][]*string{list(c.amount)}, Now: now})
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
		} else if text := rowText(got.Rows[0]); text != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.what, text, c.want)
		} else if got.Rows[0].Found() != (c.a != nil || c.b != nil) {
			t.Errorf("%s: found is %v", c.what, got.Rows[0].Found())
		}
	}
	// A feature that the store does not keep yet.
	r := record("1", "-", "x")
	r.Absent = []bool{false, true, false}
	got, err := set.Answer([][]*Record{{r}, {nil}}, Request{Keys: [][]*string{list("k")}, Inputs: [][]*string{list("1")}, Now: now})
	if err != nil || !strings.HasPrefix(rowText(got.Rows[0]), "1 NOT_FOUND x NOT_FOUND none") {
		t.Errorf("got %s, %v", rowText(got.Rows[0]), err)
	}
}

// Rows of a batch do not get in each other's way, and lists that do not fit are refused.
func TestAnswerOfManyRows(t *testing.T) {
	v := view(t, "a", entity(t, "user", "u"), "i integer", "twice = i * 2")
	set, err := List(&model.Project{FeatureViews: []*model.FeatureView{v}}, []string{"a"}, false)
	if err != nil {
		t.Fatal(err)
	}
	records := []*Record{record("1"), nil, record("-"), record("4")}
	got, err := set.Answer([][]*Record{records}, Request{Keys: [][]*string{list("a", "b", "c", "d")}})
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, r := range got.Rows {
		text += rowText(r) + ", "
	}
	if text != "1 2, NOT_FOUND NOT_FOUND, NULL_VALUE NULL_VALUE, 4 8, " {
		t.Errorf("got %s", text)
	}
	for _, r := range []Request{{Keys: [][]*string{list("a")}}, {}, {Keys: [][]*string{list("a", "b", "c", "d")}, Inputs: [][]*string{nil}}, {Keys: [][]*string{list("a", "b", "c", "d"), list("a")}}} {
		if _, err := set.Answer([][]*Record{records}, r); err == nil {
			t.Errorf("%v is taken", r)
		}
	}
	if _, err := set.Answer([][]*Record{{record("x")}}, Request{Keys: [][]*string{list("a")}}); err == nil || !strings.Contains(err.Error(), `feature "twice": i: "x" is not of type integer`) {
		t.Errorf("got %v", err)
	}
}

func readsText(s *Set) string {
	var out []string
	for _, r := range s.Reads {
		out = append(out, fmt.Sprintf("%s%v%v", r.View.Name, r.Columns, r.Keys))
	}
	return strings.Join(out, " ")
}

// Only what is asked for is read, and what that is computed from.
func TestReadsWhatIsNeeded(t *testing.T) {
	user, both := entity(t, "user", "u"), entity(t, "both", "d", "u")
	p := &model.Project{FeatureViews: []*model.FeatureView{view(t, "a", user, "x integer", "y integer", "z integer", "sum = x + y", "one = 1 + 0"), view(t, "b", both, "x integer", "w integer")}}
	for refs, want := range map[string]string{
		"a:z":           "a[z][0]",
		"a.z":           "a[z][0]",
		"a:sum":         "a[x y][0]",
		"a:one":         "a[][0]",
		"a:y a:sum a:y": "a[y x][0]",
		"a":             "a[x y z][0]",
		"b:w a:z":       "b[w][0 1] a[z][1]",
		"a:z b:w a:x":   "a[z x][0] b[w][1 0]",
		"nothing:x":     `there is no feature view "nothing" (feature views: a, b)`,
		"aa:x":          `there is no feature view "aa" (did you mean "a"?)`,
		"a:su":          `feature view "a" has no feature "su" (did you mean "sum"?)`,
		"a:none b:none": `feature view "a" has no feature "none" (did you mean "one"?); feature view "b" has no feature "none" (its features: x, w)`,
		"a:x b:x":       `a:x and b:x would both be served as "x" (ask for full feature names)`,
		"":              "no features are asked for (name some as VIEW:FEATURE, or a service)",
	} {
		set, err := List(p, strings.Fields(refs), false)
		got := ""
		if err != nil {
			got = err.Error()
			var faults Faults
			if !errors.As(err, &faults) {
				t.Errorf("%s: %T", refs, err)
			}
		} else {
			got = readsText(set)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", refs, got, want)
		}
	}
	full, err := List(p, []string{"a:x", "b:x"}, true)
	if err != nil || full.Features[1].Name != "b__x" || full.Full[1] != "b__x" {
		t.Errorf("got %+v, %v", full, err)
	}
	offline := *p.FeatureViews[0]
	offline.Online = false
	_, err = List(&model.Project{FeatureViews: []*model.FeatureView{&offline}}, []string{"a"}, false)
	if err == nil || err.Error() != `feature view "a" is not kept online (take online: false away, and materialize it)` {
		t.Errorf("got %v", err)
	}
	one, _ := List(p, []string{"a:x"}, false)
	same, _ := List(p, []string{"a.x"}, true)
	other, _ := List(p, []string{"a:y"}, false)
	if one.ID != same.ID || one.ID == other.ID {
		t.Error("sets that read the same have one ID, and others have not")
	}
}

func BenchmarkAnswer(b *testing.B) {
	user := entity(b, "user", "u")
	v := view(b, "a", user, "n numeric(10,2)", "i integer", "s text", "f double precision")
	w := view(b, "b", user, "n numeric(10,2)", "i integer", "d = n / i")
	p := &model.Project{FeatureViews: []*model.FeatureView{v, w}}
	for _, c := range []struct {
		name string
		refs []string
	}{{"stored", []string{"a"}}, {"derived", []string{"b:d"}}} {
		set, err := List(p, c.refs, true)
		if err != nil {
			b.Fatal(err)
		}
		records := [][]*Record{{record("29.50", "2", "x", "0.1")}}
		request := Request{Keys: [][]*string{list("k")}, Now: time.Now()}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := set.Answer(records, request); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
