package infer_test

import (
	"strings"
	"testing"
)

// Months that lie beside each other under names with dates are proposed as tables, and it is said how to make one of them.
func TestFilesOfMonthsSideBySide(t *testing.T) {
	orders := rows("id,fee", 20, func(int) string { return "1,2" })
	out := propose(t, input(t, "orders_2024-01", orders), input(t, "orders_2024-02", orders), input(t, "visits_2024-01", orders), input(t, "orders", orders),
		input(t, "orders_2024-03", strings.Replace(orders, "fee", "sum", 1)))
	var got []string
	for _, n := range out.Notes {
		if strings.Contains(n, "months of one table") {
			got = append(got, n)
		}
	}
	want := "orders_2024_01, orders_2024_02 have the same columns: if they are months of one table, give each month a folder, and all files one name"
	if strings.Join(got, "\n") != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// One column whose name holds blanks is probably a delimiter that no format has.
func TestOneColumn(t *testing.T) {
	for header, want := range map[string]bool{"id name fee": true, "name": false} {
		notes := strings.Join(propose(t, input(t, "things", rows(header, 20, func(int) string { return "1 a 2" }))).Notes, "\n")
		if strings.Contains(notes, "it has one column") != want {
			t.Errorf("%s: %s", header, notes)
		}
	}
}
