package bench

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamflow/runner/internal/devpg/pgtest"
)

// monthScript is what one would type into psql for the example's month by hand: stage, check, upsert what differs, freeze. The
// checks are those of the specs, the statements as careful as runner's own.
const monthScript = `
\set ON_ERROR_STOP on
CREATE TEMP TABLE stage_users (user_id text, signup_date date, user_gender text, user_is_senior boolean, has_family boolean, has_dependents boolean);
CREATE TEMP TABLE stage_subscriptions (user_id text, months_active integer, plan_stream_tv boolean, plan_stream_movies boolean, contract_type text, paperless_billing boolean, monthly_fee numeric, total_paid numeric, net_service text);
CREATE TEMP TABLE stage_usage_agg_30d (user_id text, watch_hours_30d numeric, avg_session_mins_7d numeric, unique_devices_30d integer, skips_7d integer, rebuffer_events_7d integer);
CREATE TEMP TABLE stage_payments_agg_90d (user_id text, failed_payments_90d integer);
CREATE TEMP TABLE stage_support_agg_90d (user_id text, support_tickets_90d integer, ticket_avg_resolution_hrs_90d numeric);
CREATE TEMP TABLE stage_labels (user_id text, churn_label boolean);
{each}
BEGIN;
{publish}
{freeze}
COMMIT;
`

// monthTables are the tables of the example with their columns after the key, the columns frozen, and the conditions checked.
var monthTables = []struct{ name, columns, frozen, checks string }{
	{"users", "signup_date, user_gender, user_is_senior, has_family, has_dependents", "",
		"count(*) FILTER (WHERE signup_date < '2000-01-01'), count(*) FILTER (WHERE user_gender NOT IN ('Male', 'Female'))"},
	{"subscriptions", "months_active, plan_stream_tv, plan_stream_movies, contract_type, paperless_billing, monthly_fee, total_paid, net_service",
		"months_active, monthly_fee, paperless_billing, plan_stream_tv, plan_stream_movies, net_service",
		"count(*) FILTER (WHERE months_active < 0), count(*) FILTER (WHERE monthly_fee <= 0), count(*) FILTER (WHERE total_paid < 0)"},
	{"usage_agg_30d", "watch_hours_30d, avg_session_mins_7d, unique_devices_30d, skips_7d, rebuffer_events_7d", "*",
		"count(*) FILTER (WHERE watch_hours_30d < 0), count(*) FILTER (WHERE avg_session_mins_7d < 0), count(*) FILTER (WHERE unique_devices_30d < 1)"},
	{"payments_agg_90d", "failed_payments_90d", "*", "count(*) FILTER (WHERE failed_payments_90d < 0)"},
	{"support_agg_90d", "support_tickets_90d, ticket_avg_resolution_hrs_90d", "*", "count(*) FILTER (WHERE support_tickets_90d < 0)"},
	{"labels", "churn_label", "*", "count(*) FILTER (WHERE churn_label IS NULL)"},
}

// monthSQL fills the script for one folder of files and one date.
func monthSQL(dir, asOf string) string {
	var each, publish, freeze strings.Builder
	for _, t := range monthTables {
		r := strings.NewReplacer("{t}", t.name, "{dir}", dir, "{as_of}", asOf, "{columns}", t.columns, "{checks}", t.checks,
			"{s}", prefixed("s", t.columns), "{l}", prefixed("l", t.columns), "{set}", assigned(t.columns))
		each.WriteString(r.Replace(`\copy stage_{t} FROM '{dir}/{t}.csv' (FORMAT csv, HEADER)
ANALYZE stage_{t};
SELECT count(*), count(DISTINCT user_id) FROM stage_{t};
SELECT count(*) FROM stage_{t} r LEFT JOIN stage_users p USING (user_id) LEFT JOIN users l USING (user_id) WHERE p.user_id IS NULL AND l.user_id IS NULL;
SELECT count(*), {checks} FROM stage_{t};
`))
		publish.WriteString(r.Replace(`LOCK TABLE {t} IN SHARE ROW EXCLUSIVE MODE;
WITH w AS (INSERT INTO {t} (user_id, {columns}) SELECT s.user_id, {s} FROM stage_{t} s LEFT JOIN {t} l ON l.user_id = s.user_id
WHERE l.user_id IS NULL OR ({l}) IS DISTINCT FROM ({s})
ON CONFLICT (user_id) DO UPDATE SET {set} RETURNING (xmax = 0) AS i) SELECT count(*) FILTER (WHERE i), count(*) FILTER (WHERE NOT i) FROM w;
SELECT count(*) FROM {t};
`))
		if t.frozen == "" {
			continue
		}
		frozen, name := t.frozen, t.name+"_snapshots"
		if frozen == "*" {
			frozen = t.columns
		}
		if t.name == "subscriptions" {
			name = "subscriptions_profile_snapshots"
		}
		freeze.WriteString(strings.NewReplacer("{t}", t.name, "{n}", name, "{as_of}", asOf, "{columns}", frozen).Replace(
			`WITH f AS (INSERT INTO {n} (user_id, as_of, {columns}) SELECT user_id, '{as_of}'::date, {columns} FROM stage_{t} ORDER BY user_id
RETURNING ('x' || md5(ROW(user_id, {columns})::text))::bit(128) AS h) SELECT count(*), sum(h::bit(64)::bigint), sum((h << 64)::bit(64)::bigint) FROM f;
`))
	}
	return strings.NewReplacer("{each}", each.String(), "{publish}", publish.String(), "{freeze}", freeze.String()).Replace(monthScript)
}

func prefixed(alias, columns string) string {
	return alias + "." + strings.ReplaceAll(columns, ", ", ", "+alias+".")
}

func assigned(columns string) string {
	var out []string
	for _, c := range strings.Split(columns, ", ") {
		out = append(out, c+" = excluded."+c)
	}
	return strings.Join(out, ", ")
}

// BenchmarkMonth applies the example's second month on a warm database, by runner and by the same statements in one psql script.
// Each has a database of its own that holds the first month.
func BenchmarkMonth(b *testing.B) {
	root, err := filepath.Abs("../..")
	if err != nil {
		b.Fatal(err)
	}
	bin := build(b)
	const pairs = 5
	var ours, theirs []time.Duration
	for range b.N {
		for range pairs {
			env := []string{"DATABASE_URL=" + pgtest.Database(b)}
			apply := func(asOf string) used { return timed(b, root, env, "", bin, "apply", "monthly", "-p", "as_of="+asOf) }
			apply("2024-01-31")
			ours = append(ours, apply("2024-02-29").wall)

			url := pgtest.Database(b)
			timed(b, root, []string{"DATABASE_URL=" + url}, "", bin, "apply", "monthly", "-p", "as_of=2024-01-31")
			theirs = append(theirs, psql(b, root, url, monthSQL("data/seeds/month_001", "2024-02-29")).wall)
		}
	}
	mine, plain := median(ours), median(theirs)
	b.Logf("runner  median %v of %d   psql script  median %v   ratio %.2f", mine.Round(time.Millisecond), len(ours), plain.Round(time.Millisecond), mine.Seconds()/plain.Seconds())
	b.ReportMetric(mine.Seconds()/plain.Seconds(), "runner/psql")
	b.ReportMetric(float64(mine.Milliseconds()), "runner-ms")
}
