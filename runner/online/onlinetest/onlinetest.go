// Package onlinetest holds what every online store must do, as tests.
package onlinetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/model"
	"streamflow/runner/online"
)

// Run tries a store. open makes an empty one for a project; it is closed by the test.
func Run(t *testing.T, open func(*testing.T, *model.Project) online.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *bench)
	}{
		{"nothing was ever written", neverWritten},
		{"newer is kept", newerIsKept},
		{"the newest of one write", newestOfOneWrite},
		{"every type comes back as it went in", everyType},
		{"composite keys stay apart", compositeKeys},
		{"a key that does not fit is no other one", keysThatDoNotFit},
		{"the order of the request", orderOfTheRequest},
		{"a ttl counts to its last instant", ttlEdges},
		{"what is wrong with rows", wrongRows},
		{"two entities in one request", twoEntities},
		{"one version of a view at a time", oneVersion},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &bench{t: t, project: project(t)}
			b.store = open(t, b.project)
			t.Cleanup(b.store.Close)
			c.test(t, b)
		})
	}
}

// bench is a store under test.
type bench struct {
	t       *testing.T
	project *model.Project
	store   online.Store
}

// types are those that a feature may have, each with values to write and what Postgres prints of them.
var types = []struct{ name, in, out string }{
	{"boolean", "true", "t"},
	{"smallint", "-32768", "-32768"},
	{"integer", "7", "7"},
	{"bigint", "9223372036854775807", "9223372036854775807"},
	{"numeric", "12345678901234567890.1234567890", "12345678901234567890.1234567890"},
	{"numeric(10,2)", "29.5", "29.50"},
	{"numeric", "NaN", "NaN"},
	{"real", "0.1", "0.1"},
	{"double precision", "1e-300", "1e-300"},
	{"double precision", "-Infinity", "-Infinity"},
	{"text", "", ""},
	{"text", "a \"b\" \\ é 日\n{},NULL", "a \"b\" \\ é 日\n{},NULL"},
	{"character varying(5)", "abc", "abc"},
	{"character(3)", "ab", "ab "},
	{"date", "2024-02-29", "2024-02-29"},
	{"date", "infinity", "infinity"},
	{"time", "10:11:12.5", "10:11:12.5"},
	{"timestamp", "2024-02-29 10:11:12.123456", "2024-02-29 10:11:12.123456"},
	{"timestamptz", "2024-02-29T10:11:12+02:00", "2024-02-29 08:11:12+00"},
	{"interval", "1 mon 2 days", "1 mon 2 days"},
	{"uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
	{"json", `{"b": 1,  "a":2}`, `{"b": 1,  "a":2}`},
	{"jsonb", `{"b": 1.50,  "a":2}`, `{"a": 2, "b": 1.50}`},
	{"bytea", `\x00ff`, `\x00ff`},
	{"inet", "10.0.0.1", "10.0.0.1"},
	{"text[]", `{a,"b,c",NULL,""}`, `{a,"b,c",NULL,""}`},
	{"integer[]", `{{1,2},{3,4}}`, `{{1,2},{3,4}}`},
	{"numeric(4,1)[]", `{}`, `{}`},
}

func typed(t *testing.T, name string) model.Type {
	t.Helper()
	out, err := model.ParseType(name)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// project has a view of every type by one key, a view by two keys, one with a ttl, and one by another key.
func project(t *testing.T) *model.Project {
	one := &model.Entity{Name: "one", Key: []model.Column{{Name: "k", Type: typed(t, "text")}}}
	two := &model.Entity{Name: "two", Key: []model.Column{{Name: "k", Type: typed(t, "text")}, {Name: "l", Type: typed(t, "text")}}}
	number := &model.Entity{Name: "number", Key: []model.Column{{Name: "Number", Type: typed(t, "integer")}}}
	short := &model.Entity{Name: "short", Key: []model.Column{{Name: "s", Type: typed(t, "varchar(3)")}, {Name: "n", Type: typed(t, "numeric(4,1)")}}}
	view := func(name string, e *model.Entity, types ...string) *model.FeatureView {
		v := &model.FeatureView{Name: name, Entity: e, Online: true}
		for i, typ := range types {
			v.Features = append(v.Features, model.Feature{Name: fmt.Sprintf("f%d", i), Column: fmt.Sprintf("f%d", i), Type: typed(t, typ)})
		}
		return v
	}
	every := view("every", one)
	for i, c := range types {
		every.Features = append(every.Features, model.Feature{Name: fmt.Sprintf("f%d", i), Type: typed(t, c.name)})
	}
	month, _ := model.ParsePeriod("1mo")
	held := view("held", one, "integer")
	held.TTL = &month
	return &model.Project{Timezone: "Europe/Berlin", FeatureViews: []*model.FeatureView{every, view("pair", one, "integer", "integer"),
		view("both", two, "integer"), view("short", short, "integer"), held, view(`we"ird Näme`, number, "text")}}
}

// rows are those to write: key|value|value...@day, where a value of - is NULL.
func (b *bench) rows(texts ...string) []online.Row {
	var out []online.Row
	for _, text := range texts {
		parts := strings.Split(text, "@")
		cells := strings.Split(parts[0], "|")
		r := online.Row{Key: strings.Split(cells[0], "/"), EventTime: at(parts[1])}
		for _, c := range cells[1:] {
			r.Values = append(r.Values, given(c))
		}
		out = append(out, r)
	}
	return out
}

func given(text string) *string {
	if text == "-" {
		return nil
	}
	return &text
}

// at is a day of March 2024, or a moment as RFC 3339 has it.
func at(text string) time.Time {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t
	}
	t, err := time.Parse(time.DateOnly, "2024-03-"+text)
	if err != nil {
		panic(err)
	}
	return t
}

// write writes rows and says what came of it.
func (b *bench) write(view string, rows ...online.Row) string {
	b.t.Helper()
	w, err := b.store.Write(context.Background(), b.project.FeatureView(view), rows)
	if err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprintf("%d %d %d %d", w.Inserted, w.Updated, w.Unchanged, w.Older)
}

// set compiles a list of references.
func (b *bench) set(refs ...string) *feature.Set {
	b.t.Helper()
	s, err := feature.List(b.project, refs, true)
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// read reads keys and shows the values of each: PRESENT ones as they are.
func (b *bench) read(set *feature.Set, now time.Time, keys ...string) string {
	b.t.Helper()
	r := feature.Request{Now: now, Keys: make([][]*string, len(set.Keys))}
	for _, key := range keys {
		for i, part := range strings.Split(key, "/") {
			r.Keys[i] = append(r.Keys[i], given(part))
		}
	}
	a, err := online.Answer(context.Background(), b.store, set, r)
	if err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for _, row := range a.Rows {
		var values []string
		for _, v := range row.Values {
			if v.Status == feature.Present {
				values = append(values, string(v.Text))
			} else {
				values = append(values, string(v.Status))
			}
		}
		out = append(out, strings.Join(values, " "))
	}
	return strings.Join(out, ", ")
}

func (b *bench) want(got, want string) {
	b.t.Helper()
	if got != want {
		b.t.Errorf("got %s\nwant %s", got, want)
	}
}
