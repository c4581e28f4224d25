package trial_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"streamflow/runner/check"
	"streamflow/runner/spec"
)

const views = `kind: project
timezone: Europe/Berlin
---
kind: pipeline
name: p
params: {as_of: date}
tables:
  usage: {source: u.csv, primary_key: [shop, id], columns: {shop: text, id: integer, hours: numeric}}
  orders: {source: o.csv, mode: append, event_time: at, created_time: written, columns: {shop: text, client: integer, amount: "numeric(10,2)", at: timestamp, written: timestamptz}}
snapshots:
  late:  {from: usage, known_after: 1mo}
  early: {from: usage, as_of_time: start}
---
{kind: entity, name: client, key: {shop: text, id: integer}}
---
{kind: feature_view, name: late_hours, entity: client, source: late, features: [hours], ttl: 2mo}
---
{kind: feature_view, name: newest, entity: client, source: early, features: [hours], join: snapshot, derived: {twice: hours * 2}}
---
{kind: feature_view, name: last, entity: client, source: orders, keys: {id: client}, features: [amount]}
---
kind: feature_view
name: sums
entity: client
source: {query: select 1, reads: orders, columns: {shop: text, id: integer, day: date, total: numeric}, event_time: day}
features: [total]
`

// tryView tries a test of a view and returns what differs, each as "feature got" with the reason.
func tryView(t *testing.T, test string) string {
	t.Helper()
	first, rest, _ := strings.Cut(views, "---\n")
	tree, found := spec.Load(fstest.MapFS{"runner.yaml": {Data: []byte(first)}, "pipelines/p.yaml": {Data: []byte(rest)},
		"featureviews/views_test.yaml": {Data: []byte("tests:\n- name: x\n  " + strings.ReplaceAll(test, "\n", "\n  "))}}, nil)
	suite, more := check.Trials(tree)
	if suite == nil || found.HasErrors() || len(suite.Views) != 1 {
		t.Fatalf("%v %v", found, more)
	}
	var out []string
	for _, m := range suite.Views[0].Try().Misses {
		out = append(out, m.Rule+" "+m.Actual+": "+m.Reason)
	}
	return strings.Join(out, "; ")
}

// TestViews asks for something else than there is, and reads the answer in what is told of it.
func TestViews(t *testing.T) {
	usage := func(view, asked string) string {
		snapshot := map[string]string{"late_hours": "late", "newest": "early"}[view]
		return "feature_view: " + view + "\ngiven: {" + snapshot + `: [{shop: "1", id: 11, as_of: 2024-01-31, hours: 1}, {shop: "11", id: 1, as_of: 2024-01-31, hours: 2}, {shop: "1", id: 11, as_of: 2024-02-29, hours: 3}]}` +
			"\nentities: [" + asked + "]\nexpect_rows: [{hours: 99}]"
	}
	orders := func(rows, asked string) string {
		return "feature_view: last\ngiven: {orders: [" + rows + "]}\nentities: [" + asked + "]\nexpect_rows: [{amount: 99}]"
	}
	for _, c := range []struct{ what, test, want string }{
		{"a month-end is known at the next month-end", usage("late_hours", `{shop: "1", id: 11, event_timestamp: 2024-02-29}`), "hours 1: the row of 2024-01-31 counts"},
		{"and not a day before", usage("late_hours", `{shop: "1", id: 11, event_timestamp: 2024-02-28}`), "hours NULL: no row of the key is known then"},
		{"the day ends in the zone of the project", usage("late_hours", `{shop: "1", id: 11, event_timestamp: 2024-02-29T22:59:59Z}`), "hours NULL: no row of the key is known then"},
		{"a second later", usage("late_hours", `{shop: "1", id: 11, event_timestamp: 2024-02-29T23:00:00Z}`), "hours 1: the row of 2024-01-31 counts"},
		{"ttl counts from the date", usage("late_hours", `{shop: "11", id: 1, event_timestamp: 2024-03-31}`), "hours 2: the row of 2024-01-31 counts"},
		{"and ends", usage("late_hours", `{shop: "11", id: 1, event_timestamp: 2024-04-01}`), "hours NULL: the row of 2024-01-31 is older than ttl 2mo"},
		{"keys are compared column by column", usage("newest", `{shop: "11", id: 1, event_timestamp: 2024-02-01}`), "hours 2: the row of 2024-01-31 counts"},
		{"join: snapshot", usage("newest", `{shop: "11", id: 1, event_timestamp: 2024-03-01}`), "hours NULL: the key is not in the newest freeze known then, 2024-02-29"},
		{"the beginning of the day", usage("newest", `{shop: "1", id: 11, event_timestamp: 2024-02-28T23:00:00Z}`), "hours 3: the row of 2024-02-29 counts"},
		{"a NULL key", usage("newest", `{shop: null, id: 1, event_timestamp: 2024-02-01}`), "hours NULL: the key is not in the newest freeze known then, 2024-01-31"},
		{"the one written later", orders(`{shop: s, client: 1, at: 2024-01-05 10:00:00, written: 2024-01-06T00:00:00Z, amount: 5}, {shop: s, client: 1, at: 2024-01-05 10:00:00, written: 2024-01-07T00:00:00Z, amount: 4}, `+
			`{shop: s, client: 1, at: 2024-01-05 10:00:00, amount: 9}`, `{shop: s, id: 1, event_timestamp: 2024-01-05 10:00:00}`), "amount 4.00: the row of 2024-01-05 10:00:00 counts"},
		{"then the greatest values", orders(`{shop: s, client: 1, at: 2024-01-05 10:00:00, amount: 9}, {shop: s, client: 1, at: 2024-01-05 10:00:00, amount: 10}`, `{shop: s, id: 1, event_timestamp: 2024-01-05T09:00:00Z}`),
			"amount 10.00: the row of 2024-01-05 10:00:00 counts"},
		{"a query", "feature_view: sums\ngiven: {sums: [{shop: s, id: 1, day: 2024-01-05, total: 7}]}\nentities: [{shop: s, id: 1, event_timestamp: 2024-01-05}]\nexpect_rows: [{total: 8}]", "total 7: the row of 2024-01-05 counts"},
		{"derived, and numbers by their value", "feature_view: newest\ngiven: {early: [{shop: s, id: 1, as_of: 2024-01-05, hours: 7.50}]}\nentities: [{shop: s, id: 1, event_timestamp: 2024-01-05}]\nexpect_rows: [{hours: 7.5, twice: 15}]", ""},
	} {
		if got := tryView(t, c.test); got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
	}
}
