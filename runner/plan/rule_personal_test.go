package plan

import (
	"testing"

	"streamflow/runner/model"
)

// TestQueryDiscloses: personal data does not come out of a rule in sql under the name of a column without any.
func TestQueryDiscloses(t *testing.T) {
	users := table(t, "users: id text!, plan text, email text, key=id")
	users.Columns[2].PII = true
	orders := table(t, "orders: nr text!, client text, plan text, key=nr")
	odd := table(t, "odd: id text!, x text, key=id")
	odd.Columns[1].Name, odd.Columns[1].PII = "E-Mail", true
	tables := []model.Table{users, orders, odd}
	for _, query := range []string{
		"select email as plan from users", `select "email" as plan from users`, "select EMAIL plan from users", "select to_jsonb(u) ->> 'email' as plan from users u",
		`select "E-Mail" as plan from odd`, "select o.plan from orders o where o.client in (select email from users)",
		"select * from users as t(plan, id, nr)", "select * from users t(plan, id, nr)", "select * from (select * from users) t(id, nr, plan)",
		"select * from (select * from users) as t (id, nr, plan)", "with t(id, nr, plan) as (select * from users) select plan from t",
		"with t(id, nr, plan) as materialized (select * from users) select plan from t", "with t as (table users) select * from t x(id, nr, plan)",
		"select u::text as plan from users u", "select users::text as plan from users", "select id, (u) as plan from users u", "select to_json(u.*) as plan from users u",
		"select u.*::text as plan from users u", "select row(u.*)::text as plan from users as u", "with t as (select * from users) select t::text as plan from t",
		"select query_to_xml('select * from us' || 'ers', true, true, '')::text as plan", "select s::text as plan from (select * from users) s", "select '' as id, '' as plan, '' as nr union all select * from users",
		"select '' as id, '' as plan, '' as nr union all table users", "select max(u) as plan from orders o, users u", "select 1 as nr, u as plan from users u",
	} {
		if !discloses(query, tables) {
			t.Errorf("shown: %s", query)
		}
	}
	for _, query := range []string{
		"select id, plan from users", "select * from users where plan = 'x'", "select u.*, o.nr from users u join orders o on o.client = u.id",
		"select o.* from orders o, users u where u.id = o.client", "select count(*), plan from users group by plan having count(*) > 1 order by count",
		"select plan, count(*) as n from users group by plan order by n", "select distinct plan from users where lower(plan) in ('a') and coalesce(plan, id) is not null",
		"select id from users left join orders using (id) where exists (select from orders o where o.client = users.id)",
		"select id, extract(year from now()) from users where plan is distinct from id", "with x as (select id, plan from users) select x.id from x where x.plan is null",
		"select id, plan::numeric(10, 2) from users where emailed", "select id from users union select nr from orders",
		"select row_number() over (partition by plan order by id) from users", "select s.id from (select id from users) s where s.id > :as_of",
	} {
		if discloses(query, tables) {
			t.Errorf("masked: %s", query)
		}
	}
}
