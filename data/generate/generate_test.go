package generate

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// seeds is where the committed files lie, seen from this package.
const seeds = "../seeds"

// TestSeedsAreReproducible holds the committed files against what the generator makes now.
func TestSeedsAreReproducible(t *testing.T) {
	files := Exports()
	if len(files) != 12 {
		t.Errorf("got %d files, want six for each of two months", len(files))
	}
	for _, f := range files {
		committed, err := os.ReadFile(filepath.Join(seeds, f.Path))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(committed, f.Content) {
			t.Errorf("%s differs from what the generator writes: run `make data`, and look at what changed", f.Path)
		}
	}
}

// rows reads one committed file into a map per row, in file order.
func rows(t *testing.T, month, table string) []map[string]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(seeds, month, table+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		all = append(all, row)
	}
	return all
}

// TestShape checks what every file promises: who is in it, in which order, and how it is written.
func TestShape(t *testing.T) {
	id := regexp.MustCompile(`^[0-9]{4}-[A-Z]{5}$`)
	users := rows(t, "month_000", "users")
	seen := map[string]bool{}
	for _, row := range users {
		if !id.MatchString(row["user_id"]) || seen[row["user_id"]] {
			t.Errorf("user_id %q is malformed or repeated", row["user_id"])
		}
		seen[row["user_id"]] = true
	}
	for _, f := range Exports() {
		if bytes.ContainsAny(f.Content, "\"\r;") || !bytes.HasSuffix(f.Content, []byte("\n")) {
			t.Errorf("%s: want plain commas, line feeds and a final newline", f.Path)
		}
		month, table, _ := strings.Cut(strings.TrimSuffix(f.Path, ".csv"), "/")
		got := rows(t, month, table)
		if len(got) != customers {
			t.Errorf("%s has %d rows, want %d", f.Path, len(got), customers)
			continue
		}
		for i, row := range got {
			if row["user_id"] != users[i]["user_id"] {
				t.Errorf("%s row %d is %s, want the order of users.csv", f.Path, i+1, row["user_id"])
				break
			}
		}
	}
}

// TestFirstCustomer keeps the example that the documentation shows.
func TestFirstCustomer(t *testing.T) {
	row := rows(t, "month_000", "subscriptions")[0]
	for column, want := range map[string]string{
		"user_id": "7590-VHVEG", "months_active": "1", "monthly_fee": "29.85", "total_paid": "29.85",
		"paperless_billing": "True", "net_service": "DSL", "contract_type": "Month-to-month",
	} {
		if row[column] != want {
			t.Errorf("%s is %q, want %q", column, row[column], want)
		}
	}
}

// TestTotals counts values: the numbers that the documentation and the other tests speak of.
func TestTotals(t *testing.T) {
	for _, want := range []struct {
		month, table, column, value string
		count                       int
	}{
		{"month_000", "users", "signup_date", "2022-01-01", 3051},
		{"month_000", "users", "user_gender", "Male", 3555},
		{"month_000", "users", "user_is_senior", "True", 1142},
		{"month_000", "users", "has_family", "True", 3402},
		{"month_000", "users", "has_dependents", "True", 2110},
		{"month_000", "subscriptions", "months_active", "0", 11},
		{"month_000", "subscriptions", "total_paid", "0.0", 11},
		{"month_000", "subscriptions", "plan_stream_tv", "", 1526},
		{"month_000", "subscriptions", "plan_stream_tv", "True", 2707},
		{"month_000", "subscriptions", "plan_stream_movies", "", 1526},
		{"month_000", "subscriptions", "plan_stream_movies", "True", 2732},
		{"month_000", "subscriptions", "net_service", "No", 1526},
		{"month_000", "subscriptions", "net_service", "Fiber optic", 3096},
		{"month_000", "subscriptions", "contract_type", "Month-to-month", 3875},
		{"month_000", "subscriptions", "contract_type", "One year", 1473},
		{"month_000", "subscriptions", "paperless_billing", "True", 4171},
		{"month_000", "usage_agg_30d", "avg_session_mins_7d", "31.41866027653921", 7043},
		{"month_001", "usage_agg_30d", "avg_session_mins_7d", "31.41866027653921", 7043},
		{"month_000", "payments_agg_90d", "failed_payments_90d", "0", 5966},
		{"month_000", "payments_agg_90d", "failed_payments_90d", "1", 1022},
		{"month_000", "payments_agg_90d", "failed_payments_90d", "2", 55},
		{"month_001", "payments_agg_90d", "failed_payments_90d", "3", 4},
		{"month_000", "support_agg_90d", "support_tickets_90d", "0", 5203},
		{"month_000", "labels", "churn_label", "True", 1869},
		{"month_001", "labels", "churn_label", "True", 1701},
	} {
		got := 0
		for _, row := range rows(t, want.month, want.table) {
			if row[want.column] == want.value {
				got++
			}
		}
		if got != want.count {
			t.Errorf("%s/%s: %s is %q %d times, want %d", want.month, want.table, want.column, want.value, got, want.count)
		}
	}
}

// TestStreamingIsNullWithoutInternet ties the two NULL columns to their reason, row by row.
func TestStreamingIsNullWithoutInternet(t *testing.T) {
	for i, row := range rows(t, "month_000", "subscriptions") {
		offline := row["net_service"] == "No"
		if (row["plan_stream_tv"] == "") != offline || (row["plan_stream_movies"] == "") != offline {
			t.Errorf("row %d: net_service %q with streaming %q, %q", i+1, row["net_service"], row["plan_stream_tv"], row["plan_stream_movies"])
		}
	}
}

// TestFebruaryChanges counts the rows that differ from the first month to the second.
func TestFebruaryChanges(t *testing.T) {
	for table, want := range map[string]int{
		"users": 0, "subscriptions": 0, "usage_agg_30d": 7043, "payments_agg_90d": 202, "support_agg_90d": 360, "labels": 2652,
	} {
		before, after := rows(t, "month_000", table), rows(t, "month_001", table)
		got := 0
		for i := range before {
			for column := range before[i] {
				if before[i][column] != after[i][column] {
					got++
					break
				}
			}
		}
		if got != want {
			t.Errorf("%s: %d rows differ, want %d", table, got, want)
		}
	}
}

// TestFebruaryDirection checks how the changing columns change: counts only rise by one, labels turn both ways, hours mostly fall.
func TestFebruaryDirection(t *testing.T) {
	steps := func(table, column string) map[string]int {
		moves := map[string]int{}
		after := rows(t, "month_001", table)
		for i, row := range rows(t, "month_000", table) {
			if row[column] != after[i][column] {
				moves[move(row[column], after[i][column])]++
			}
		}
		return moves
	}
	for _, want := range []struct {
		table, column, move string
		count               int
	}{
		{"payments_agg_90d", "failed_payments_90d", "+1", 202},
		{"support_agg_90d", "support_tickets_90d", "+1", 360},
		{"usage_agg_30d", "rebuffer_events_7d", "+1", 1535},
		{"usage_agg_30d", "rebuffer_events_7d", "+2", 293},
		{"usage_agg_30d", "watch_hours_30d", "up", 1734},
		{"usage_agg_30d", "watch_hours_30d", "down", 5309},
		{"labels", "churn_label", "True->False", 1410},
		{"labels", "churn_label", "False->True", 1242},
	} {
		if got := steps(want.table, want.column)[want.move]; got != want.count {
			t.Errorf("%s.%s moves %s in %d rows, want %d", want.table, want.column, want.move, got, want.count)
		}
	}
}

// move names the step between two cells: +1 for whole numbers, up or down for decimals, from->to for words.
func move(from, to string) string {
	a, errA := strconv.Atoi(from)
	b, errB := strconv.Atoi(to)
	if errA == nil && errB == nil {
		return "+" + strconv.Itoa(b-a)
	}
	x, errX := strconv.ParseFloat(from, 64)
	y, errY := strconv.ParseFloat(to, 64)
	switch {
	case errX != nil || errY != nil:
		return from + "->" + to
	case y > x:
		return "up"
	}
	return "down"
}
