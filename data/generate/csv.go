// Package generate makes the seeds of the example project: six CSV exports for each of two months.
//
// The customers are invented. What is kept of the public lab that the example retells is the shape: table and column names, how many
// customers there are, how many answer yes to what, and how many rows change from the first month to the second. That shape is what
// makes the example worth running: half a table that stays the same, NULL booleans, long decimals, a column that never varies.
//
// The same bytes come out on every machine and every day: the dice are seeded, and no floating point is used.
package generate

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Export is one file: its path below the seeds folder, with slashes, and its bytes.
type Export struct {
	Path    string
	Content []byte
}

// table is one file of a month: its header and the cells of a customer. An empty cell is NULL; nothing is ever quoted.
type table struct {
	name   string
	header string
	cells  func(c customer, f month) []string
}

// tables are the six files of a month, with their columns in the order of the export.
var tables = []table{
	{"users", "user_id,signup_date,user_gender,user_is_senior,has_family,has_dependents", userCells},
	{"subscriptions", "user_id,months_active,plan_stream_tv,plan_stream_movies,contract_type,paperless_billing,monthly_fee,total_paid,net_service", subscriptionCells},
	{"usage_agg_30d", "user_id,watch_hours_30d,avg_session_mins_7d,unique_devices_30d,skips_7d,rebuffer_events_7d", usageCells},
	{"payments_agg_90d", "user_id,failed_payments_90d", func(c customer, f month) []string {
		return []string{c.id, strconv.Itoa(f.failed)}
	}},
	{"support_agg_90d", "user_id,support_tickets_90d,ticket_avg_resolution_hrs_90d", func(c customer, f month) []string {
		return []string{c.id, strconv.Itoa(f.tickets), decimal(f.resolution, 1)}
	}},
	{"labels", "user_id,churn_label", func(c customer, f month) []string {
		return []string{c.id, boolean(f.leaves)}
	}},
}

// Exports makes all files of both months.
func Exports() []Export {
	all := population()
	first := january(all)
	var files []Export
	for number, facts := range [][]month{first, february(first)} {
		for _, t := range tables {
			path := fmt.Sprintf("month_%03d/%s.csv", number, t.name)
			files = append(files, Export{path, render(t, all, facts)})
		}
	}
	return files
}

// render writes one table: a header, then a line per customer, each ended by a line feed.
func render(t table, all []customer, facts []month) []byte {
	var b bytes.Buffer
	b.WriteString(t.header + "\n")
	for i, c := range all {
		b.WriteString(strings.Join(t.cells(c, facts[i]), ",") + "\n")
	}
	return b.Bytes()
}

func userCells(c customer, _ month) []string {
	gender := "Female"
	if c.male {
		gender = "Male"
	}
	return []string{c.id, signup(c.months), gender, boolean(c.senior), boolean(c.family), boolean(c.dependents)}
}

// signup retells a slip of the export: it subtracts months as if they were days and stops at the first of the year, so the date
// contradicts the months. A rule that compares the two would find it.
func signup(months int) string {
	date := time.Date(2022, 2, 6, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -months)
	if start := time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC); date.Before(start) {
		date = start
	}
	return date.Format(time.DateOnly)
}

func subscriptionCells(c customer, _ month) []string {
	tv, movies := boolean(c.streamTV), boolean(c.streamMovies)
	if c.net == none {
		tv, movies = "", "" // not applicable, which is neither True nor False
	}
	return []string{
		c.id, strconv.Itoa(c.months), tv, movies, c.contract, boolean(c.paperless),
		decimal(c.feeCents, 2), decimal(c.paidCents, 2), string(c.net),
	}
}

func usageCells(c customer, f month) []string {
	return []string{
		c.id, decimal(f.watched, 15), decimal(sessionMinutes, 14),
		strconv.Itoa(f.devices), strconv.Itoa(f.skips), strconv.Itoa(f.rebuffer),
	}
}

// boolean writes an answer the way the exporting program does.
func boolean(answer bool) string {
	if answer {
		return "True"
	}
	return "False"
}

// decimal writes n / 10^places without needless zeros, but always with one digit after the point: 1889.5 and 0.0.
func decimal(n, places int) string {
	digits := fmt.Sprintf("%0*d", places+1, n)
	whole, part := digits[:len(digits)-places], strings.TrimRight(digits[len(digits)-places:], "0")
	if part == "" {
		part = "0"
	}
	return whole + "." + part
}
