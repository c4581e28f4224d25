package onlinetest

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/model"
	"streamflow/runner/online"
)

func neverWritten(t *testing.T, b *bench) {
	set := b.set("pair", "held")
	b.want(b.read(set, at("01"), "a"), "NOT_FOUND NOT_FOUND NOT_FOUND")
	b.want(b.read(set, at("01"), "a", "b"), "NOT_FOUND NOT_FOUND NOT_FOUND, NOT_FOUND NOT_FOUND NOT_FOUND")
	b.want(b.read(set, at("01")), "")
	views := []*model.FeatureView{b.project.FeatureView("held"), b.project.FeatureView("pair")}
	states, err := b.store.State(context.Background(), views)
	if err != nil || !reflect.DeepEqual(states, make([]online.State, 2)) {
		t.Errorf("got %+v, %v", states, err)
	}
	b.want(b.write("pair"), "0 0 0 0")
	b.want(b.write("pair", b.rows("a|1|2@05", "b|-|3@06")...), "2 0 0 0")
	b.want(b.read(set, at("07"), "a"), "1 2 NOT_FOUND") // the same set as before
	b.want(b.read(set, at("07"), "a", "b"), "1 2 NOT_FOUND, NULL_VALUE 3 NOT_FOUND")
	states, err = b.store.State(context.Background(), views)
	if err != nil || states[0].Exists || !states[1].Exists || !states[1].Newest.Equal(at("06")) || !states[1].Materialized.IsZero() {
		t.Errorf("got %+v, %v", states, err)
	}
}

func newerIsKept(t *testing.T, b *bench) {
	set := b.set("pair:f0")
	created := func(row string, day string, revision int64) online.Row {
		r := b.rows(row)[0]
		if day != "" {
			r.Created = at(day)
		}
		r.Revision = revision
		return r
	}
	for _, c := range []struct {
		what        string
		row         online.Row
		wrote, read string
	}{
		{"first", created("a|1|-@05", "", 0), "1 0 0 0", "1"},
		{"the same again", created("a|1|-@05", "", 0), "0 0 1 0", "1"},
		{"older", created("a|2|-@04", "09", 9), "0 0 0 1", "1"},
		{"of the same time, other values", created("a|3|-@05", "", 0), "0 1 0 0", "3"},
		{"newer", created("a|4|-@06", "", 0), "0 1 0 0", "4"},
		{"of a known time of creation", created("a|5|-@06", "02", 0), "0 1 0 0", "5"},
		{"of none", created("a|6|-@06", "", 5), "0 0 0 1", "5"},
		{"created before", created("a|7|-@06", "01", 5), "0 0 0 1", "5"},
		{"created after", created("a|8|-@06", "03", 0), "0 1 0 0", "8"},
		{"a later revision", created("a|9|-@06", "03", 1), "0 1 0 0", "9"},
		{"an earlier revision", created("a|10|-@06", "03", 0), "0 0 0 1", "9"},
		{"nothing, but newer", created("a|-|-@07", "", 0), "0 1 0 0", "NULL_VALUE"},
	} {
		if got := b.write("pair", c.row); got != c.wrote {
			t.Errorf("%s: wrote %s, want %s", c.what, got, c.wrote)
		}
		if got := b.read(set, at("30"), "a"); got != c.read {
			t.Errorf("%s: read %s, want %s", c.what, got, c.read)
		}
	}
}

func newestOfOneWrite(_ *testing.T, b *bench) {
	set := b.set("pair:f0")
	b.want(b.write("pair", b.rows("a|1|-@05", "a|2|-@07", "a|3|-@06", "b|1|-@01", "b|2|-@01")...), "2 0 0 0")
	b.want(b.read(set, at("30"), "a", "b"), "2, 2")
	b.want(b.write("pair", b.rows("c|1|-@05", "a|9|-@06")...), "1 0 0 1")
}

func everyType(t *testing.T, b *bench) {
	row := online.Row{Key: []string{"all"}, EventTime: at("05")}
	nulls := online.Row{Key: []string{"none"}, EventTime: at("05")}
	want := ""
	for i, c := range types {
		row.Values, nulls.Values = append(row.Values, &types[i].in), append(nulls.Values, nil)
		want += " " + c.out
	}
	set := b.set("every")
	b.want(b.write("every", row, nulls), "2 0 0 0")
	b.want(b.read(set, at("06"), "all"), want[1:])
	b.want(b.read(set, at("06"), "all", "none"), want[1:]+", "+strings.TrimSpace(strings.Repeat("NULL_VALUE ", len(types))))
	b.want(b.write("every", row), "0 0 1 0")
	for i, c := range types { // one column, among others that are not read
		b.want(b.read(b.set(fmt.Sprintf("every:f%d", i)), at("06"), "all"), c.out)
	}
	records, err := b.store.Read(context.Background(), set, [][]*string{{given("all")}})
	if err != nil || !records[0][0].EventTime.Equal(at("05")) || records[0][0].AsOf != "" || !records[0][0].Expires.IsZero() {
		t.Errorf("got %+v, %v", records[0][0], err)
	}
}

func compositeKeys(_ *testing.T, b *bench) {
	b.want(b.write("both", b.rows("1/11|111@05", "11/1|222@05", "1/1|333@05", `a"b/c\|444@05`)...), "4 0 0 0")
	set := b.set("both")
	b.want(b.read(set, at("06"), "11/1"), "222")
	b.want(b.read(set, at("06"), "1/11", "11/1", "11/11", "1/1", `a"b/c\`), "111, 222, NOT_FOUND, 333, 444")
	b.want(b.read(set, at("06"), "1/-", "-/11", "1/1"), "NOT_FOUND, NOT_FOUND, 333")
	b.want(b.read(set, at("06"), "-/-"), "NOT_FOUND")
}

func keysThatDoNotFit(_ *testing.T, b *bench) {
	b.want(b.write("short", b.rows("abc/1.5|1@05")...), "1 0 0 0")
	set := b.set("short")
	b.want(b.read(set, at("06"), "abc/1.5"), "1")
	b.want(b.read(set, at("06"), "abcd/1.5"), "NOT_FOUND")
	b.want(b.read(set, at("06"), "abc/1.54"), "NOT_FOUND")
	b.want(b.read(set, at("06"), "abcd/1.5", "abc/1.54", "abc/1.50"), "NOT_FOUND, NOT_FOUND, 1")
}

func orderOfTheRequest(_ *testing.T, b *bench) {
	var rows []string
	for i := range 300 {
		rows = append(rows, fmt.Sprintf("k%d|%d|-@05", i, i))
	}
	b.want(b.write("pair", b.rows(rows...)...), "300 0 0 0")
	var keys, want []string
	for i := range 250 {
		n := i * 7 % 310
		keys, want = append(keys, fmt.Sprintf("k%d", n)), append(want, strconv.Itoa(n))
		if n >= 300 {
			want[i] = "NOT_FOUND"
		}
	}
	keys, want = append(keys, "k7", "k7", ""), append(want, "7", "7", "NOT_FOUND")
	b.want(b.read(b.set("pair:f0"), at("06"), keys...), strings.Join(want, ", "))
}

// A month after the end of February by the clock of the project, to the microsecond.
func ttlEdges(t *testing.T, b *bench) {
	row := b.rows("a|1@2024-02-28T23:00:00Z")[0] // the beginning of the 29th in Berlin
	b.want(b.write("held", row), "1 0 0 0")
	set := b.set("held", "pair:f0")
	last := time.Date(2024, 3, 30, 23, 0, 0, 0, time.UTC) // the beginning of the 31st there: a month-end stays one
	b.want(b.read(set, last, "a"), "1 NOT_FOUND")
	b.want(b.read(set, last.Add(time.Microsecond), "a"), "OUTSIDE_MAX_AGE NOT_FOUND")
	b.want(b.read(set, last.Add(time.Microsecond), "a", "b"), "OUTSIDE_MAX_AGE NOT_FOUND, NOT_FOUND NOT_FOUND")
	records, err := b.store.Read(context.Background(), set, [][]*string{{given("a")}})
	if err != nil || !records[0][0].Expires.Equal(last) {
		t.Errorf("got %+v, %v", records[0][0], err)
	}
}

func wrongRows(_ *testing.T, b *bench) {
	rows := b.rows("a|x|1@05", "b|1|1@05", "c|1|3000000000@05")
	rows[1].EventTime = time.Time{}
	b.want(b.write("pair", rows...), `error: row 1: f0: "x" is not of type integer; row 2: it has no event time; row 3: f1: "3000000000" is not of type integer: out of range`)
	b.want(b.write("pair", b.rows("a|1@05")...), `error: row 1: 1 key columns and 1 features, where view "pair" has 1 and 2`)
	b.want(b.write("pair", b.rows("a\x00|1|1@05")...), `error: row 1: k: "a\x00" is not text that Postgres can hold`)
	b.want(b.read(b.set("pair:f0"), at("06"), "a", "b"), "NOT_FOUND, NOT_FOUND")
	many := b.rows("a|1|1@05", "b|y|1@05")
	b.want(b.write("pair", many...), `error: row 2: f0: "y" is not of type integer`)
	b.want(b.read(b.set("pair:f0"), at("06"), "a"), "NOT_FOUND") // all or none
}

func twoEntities(_ *testing.T, b *bench) {
	b.want(b.write(`we"ird Näme`, b.rows("7|seven@05", "8|eight@05")...), "2 0 0 0")
	b.want(b.write("pair", b.rows("a|1|2@05")...), "1 0 0 0")
	b.want(b.write("both", b.rows("a/b|3@05")...), "1 0 0 0")
	set := b.set("pair:f1", `we"ird Näme`, "both:f0", "pair:f0")
	b.want(b.read(set, at("06"), "a/7/b", "a/9/c", "z/8/b"), "2 seven 3 1, 2 NOT_FOUND NOT_FOUND 1, NOT_FOUND eight NOT_FOUND NOT_FOUND")
	b.want(b.read(set, at("06"), "a/8/b"), "2 eight 3 1")
}

// Keys that are always written together, with two features that are always the same.
func oneVersion(t *testing.T, b *bench) {
	keys := []string{"a", "b", "c", "d", "e"}
	version := func(n int) []online.Row {
		var rows []online.Row
		for _, k := range keys {
			rows = append(rows, b.rows(fmt.Sprintf("%s|%d|%d@05", k, n, n))...)
		}
		return rows
	}
	if got := b.write("pair", version(0)...); got != "5 0 0 0" {
		t.Fatal(got)
	}
	set := b.set("pair")
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				mixed(t, b, set, keys)
			}
		})
	}
	for n := 1; n <= 100; n++ {
		if got := b.write("pair", version(n)...); got != "0 5 0 0" {
			t.Errorf("version %d: %s", n, got)
		}
	}
	close(done)
	readers.Wait()
}

// mixed fails when a reading holds two versions.
func mixed(t *testing.T, b *bench, set *feature.Set, keys []string) {
	list := make([]*string, len(keys))
	for i := range keys {
		list[i] = &keys[i]
	}
	records, err := b.store.Read(context.Background(), set, [][]*string{list})
	if err != nil {
		t.Error(err)
		return
	}
	seen := map[string]bool{}
	for _, r := range records[0] {
		for _, v := range r.Values {
			seen[string(v)] = true
		}
	}
	if len(seen) != 1 {
		t.Errorf("one reading holds %d versions", len(seen))
	}
}
