package infer_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"streamflow/runner/infer"
)

// table makes a text of some rows, each cell by its row number.
func rows(header string, n int, cells func(i int) string) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range n {
		b.WriteString(cells(i) + "\n")
	}
	return b.String()
}

// stamp is some seconds into 2024.
func stamp(seconds int) string {
	return time.Date(2024, 1, 1, 0, 0, seconds, 0, time.UTC).Format("2006-01-02 15:04:05")
}

func TestKeys(t *testing.T) {
	for name, tc := range map[string]struct {
		table, text, want string
	}{
		"the id, wherever it stands":            {"orders", rows("amount,order_id", 30, func(i int) string { return fmt.Sprintf("%d,%d", i, i+100) }), "[order_id]"},
		"the first column":                      {"meters", rows("serial,watts", 30, func(i int) string { return fmt.Sprintf("m%d,%d", i, i) }), "[serial]"},
		"not a measure that differs":            {"readings", rows("meter,day,watts", 30, func(i int) string { return fmt.Sprintf("m%d,2024-01-%02d,%d", i/10, i%10+1, 500-i) }), "[meter day]"},
		"not decimals":                          {"readings", rows("meter,watts", 30, func(i int) string { return fmt.Sprintf("m%d,%d.5", i/10, i) }), "[]"},
		"not a column with a gap":               {"clients", rows("id,code", 30, func(i int) string { return fmt.Sprintf("%s,c%d", strings.Repeat("x", i), i) }), "[code]"},
		"three columns":                         {"lines", rows("client,nr,line,amount", 36, func(i int) string { return fmt.Sprintf("%d,%d,%d,7", i/12, i/4%3, i%4) }), "[client nr line]"},
		"not a measure that never repeats":      {"orders", rows("client_id,amount", 40, func(i int) string { return fmt.Sprintf("%d,%d", i%7, i*37) }), "[]"},
		"not with a measure":                    {"orders", rows("client_id,amount", 40, func(i int) string { return fmt.Sprintf("%d,%d", i%20, i/2*37) }), "[]"},
		"a matrix, whatever it is called":       {"cells", rows("across,down,value", 36, func(i int) string { return fmt.Sprintf("%d,%d,%d.5", i/6, i%6, i%4) }), "[across down]"},
		"none where rows repeat":                {"events", rows("kind,day", 30, func(i int) string { return fmt.Sprintf("k%d,2024-01-01", i%3) }), "[]"},
		"a date where there is one row a day":   {"totals", rows("total,day", 28, func(i int) string { return fmt.Sprintf("%d,2024-02-%02d", i%5, i+1) }), "[day]"},
		"numbers beyond bigint":                 {"orders", rows("amount,order_id", 30, func(i int) string { return fmt.Sprintf("%d,%d0000000000", i%3, i+10000000000) }), "[order_id]"},
		"not when something happened":           {"log", rows("logged_at,user_name,action", 200, func(i int) string { return fmt.Sprintf("%s,u%d,a%d", stamp(i*i*7919), i%2, i%3) }), "[]"},
		"not seconds, whatever they are called": {"events", rows("ts,event", 200, func(i int) string { return fmt.Sprintf("%d,e%d", 1704067200+(i*i*7919)%2000000, i%2) }), "[]"},
		"every quarter of an hour":              {"weather", rows("measured_at,temp", 200, func(i int) string { return fmt.Sprintf("%s,%d", stamp(i*900), i%9) }), "[measured_at]"},
		"when something happened to a thing":    {"readings", rows("sensor_id,read_at,watts", 60, func(i int) string { return fmt.Sprintf("%d,%s,%d", i%3, stamp(i/3*86400), i%9) }), "[sensor_id read_at]"},
		"not a time with who did it":            {"events", rows("occurred_at,customer_id", 200, func(i int) string { return fmt.Sprintf("%s,%d", stamp(i*i*7919), i%9) }), "[]"},
		"not sentences":                         {"answers", rows("rating,said", 60, func(i int) string { return fmt.Sprintf("%d,it was %d times good", i%5, i) }), "[]"},
		"not a measure in front":                {"samples", rows("value,station", 40, func(i int) string { return fmt.Sprintf("%d,s%d", i*i*7919, i%5) }), "[]"},
		"two that are far apart are found":      {"events", rows("code,n", 9000, func(i int) string { return fmt.Sprintf("c%d,%d", i%8999, i/8999) }), "[code n]"},
	} {
		out := propose(t, input(t, tc.table, tc.text))
		if got := fmt.Sprint(out.Tables[0].Key); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
		if project, list := lint(out); list.HasErrors() || project == nil {
			t.Errorf("%s: %v", name, list)
		}
	}
}

// A key has to hold in every month.
func TestKeysOverMonths(t *testing.T) {
	good := rows("id,code", 30, func(i int) string { return fmt.Sprintf("%d,c%d", i, i) })
	twice := rows("id,code", 30, func(i int) string { return fmt.Sprintf("%d,c%d", i/2, i) })
	if got := fmt.Sprint(propose(t, input(t, "things", good, good)).Tables[0].Key); got != "[id]" {
		t.Errorf("the key is %s", got)
	}
	if got := fmt.Sprint(propose(t, input(t, "things", good, twice)).Tables[0].Key); got != "[code]" {
		t.Errorf("the key is %s", got)
	}
}

// A duplicate is found however far behind its first row it comes, also where fingerprints do not fit into memory at once.
func TestKeysOfManyRows(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 1.2 million rows several times")
	}
	const n = 1_200_000
	for last, want := range map[int]string{n - 1: "[id]", 100_000: "[]"} {
		text := rows("id,flag", n, func(i int) string {
			if i == n-1 {
				i = last
			}
			return fmt.Sprintf("k%d,x", i)
		})
		if got := fmt.Sprint(propose(t, input(t, "things", text)).Tables[0].Key); got != want {
			t.Errorf("the key is %s, want %s", got, want)
		}
	}
}

func TestReferences(t *testing.T) {
	clients := rows("id,name", 30, func(i int) string { return fmt.Sprintf("%d,n%d", i+1, i%7) })
	people := rows("person_id,age", 30, func(i int) string { return fmt.Sprintf("p%d,%d", i, i%9) })
	lines := rows("client,nr,text", 60, func(i int) string { return fmt.Sprintf("%d,%d,x", i/2+1, i%2) })
	for name, tc := range map[string]struct {
		tables map[string]string
		want   string
	}{
		"by id":               {map[string]string{"clients": clients, "orders": rows("id,client_id", 40, func(i int) string { return fmt.Sprintf("%d,%d", i+500, i%30+1) })}, "orders: client_id -> clients"},
		"with a role":         {map[string]string{"clients": clients, "orders": rows("id,paying_client_id", 40, func(i int) string { return fmt.Sprintf("%d,%d", i+500, i%30+1) })}, "orders: paying_client_id -> clients"},
		"by the table's name": {map[string]string{"clients": clients, "orders": rows("id,client", 40, func(i int) string { return fmt.Sprintf("%d,%d", i+500, i%30+1) })}, "orders: client -> clients"},
		"one is missing":      {map[string]string{"clients": clients, "orders": rows("id,client_id", 40, func(i int) string { return fmt.Sprintf("%d,%d", i+500, i+1) })}, ""},
		"NULL is no miss":     {map[string]string{"clients": clients, "orders": rows("id,client_id", 40, func(i int) string { return fmt.Sprintf("%d,%s", i+500, []string{"", "7"}[i%2]) })}, "orders: client_id -> clients"},
		"only NULL is none":   {map[string]string{"clients": clients, "orders": rows("id,client_id", 40, func(i int) string { return fmt.Sprintf("%d,", i+500) })}, ""},
		"small numbers":       {map[string]string{"clients": clients, "orders": rows("id,amount", 40, func(i int) string { return fmt.Sprintf("%d,%d", i+500, i%5+1) })}, ""},
		"other types":         {map[string]string{"clients": clients, "orders": rows("id,client_id", 40, func(i int) string { return fmt.Sprintf("%d,c%d", i+500, i%30+1) })}, ""},
		"an own key":          {map[string]string{"people": people, "visits": rows("visit_id,person_id", 40, func(i int) string { return fmt.Sprintf("%d,p%d", i, i%30) })}, "visits: person_id -> people"},
		"several columns":     {map[string]string{"lines": lines, "notes": rows("note_id,client,nr", 30, func(i int) string { return fmt.Sprintf("%d,%d,%d", i, i+1, i%2) })}, "notes: client, nr -> lines"},
		"itself":              {map[string]string{"people": rows("person_id,manager_person_id,age", 30, func(i int) string { return fmt.Sprintf("p%d,p%d,%d", i, i/2, i%9) })}, "people: manager_person_id -> people"},
		"the one above":       {map[string]string{"clients": rows("id,parent_id,parents", 30, func(i int) string { return fmt.Sprintf("%d,%d,%d", i+1, i/2+1, i%3+1) })}, "clients: parent_id -> clients"},
		"another one above":   {map[string]string{"clients": rows("id,parent_id", 30, func(i int) string { return fmt.Sprintf("%d,%d", i+1, i/2+1) }), "parents": rows("id,age", 30, func(i int) string { return fmt.Sprintf("%d,%d", i+1, i%9) })}, "clients: parent_id -> parents"},
		"no owner":            {map[string]string{"alphas": rows("sku,x", 30, func(i int) string { return fmt.Sprintf("s%d,1", i) }), "betas": rows("sku,y", 30, func(i int) string { return fmt.Sprintf("s%d,2", i) })}, ""},
	} {
		var inputs []infer.Input
		for _, table := range []string{"orders", "notes", "visits", "clients", "people", "lines", "alphas", "betas", "parents"} {
			if text, ok := tc.tables[table]; ok {
				inputs = append(inputs, input(t, table, text))
			}
		}
		out := propose(t, inputs...)
		var got []string
		for _, s := range out.Tables {
			for _, r := range s.References {
				got = append(got, s.Name+": "+r)
			}
		}
		if strings.Join(got, "; ") != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
		if project, list := lint(out); list.HasErrors() || project == nil {
			t.Errorf("%s: %v\n%s", name, list, text(out))
		}
	}
}

// A reference has to hold in every month, not in all of them together.
func TestReferencesOverMonths(t *testing.T) {
	clients := func(from int) string {
		return rows("id,name", 30, func(i int) string { return fmt.Sprintf("%d,n", i+from) })
	}
	orders := rows("id,client_id", 30, func(i int) string { return fmt.Sprintf("%d,%d", i, i+1) })
	out := propose(t, input(t, "clients", clients(1), clients(1)), input(t, "orders", orders, orders))
	if got := fmt.Sprint(out.Tables[1].References); got != "[client_id -> clients]" {
		t.Errorf("references %s", got)
	}
	out = propose(t, input(t, "clients", clients(1), clients(2)), input(t, "orders", orders, orders))
	if got := fmt.Sprint(out.Tables[1].References); got != "[]" {
		t.Errorf("references %s", got)
	}
}
