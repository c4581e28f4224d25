package check

import (
	"strings"
	"testing"

	"streamflow/runner/internal/pgsql"
)

// TestRelations: names behind FROM and JOIN are found, and nothing that only looks like one.
func TestRelations(t *testing.T) {
	for _, c := range []struct{ query, want string }{
		{"select 1", ""},
		{"select x from a", "a"},
		{"select x from a as r join b on a.i = b.i, c", "a c b"},
		{"select x from a, b r, public.c where a.x = b.x", "a b c"},
		{"select x from only a left join lateral (select y from b) s on true", "a b"},
		{`select x from "A b" r`, "A b"},
		{"with n as (select x from a) select * from n join b using (x)", "a b"},
		{"select extract(day from seen), trim(both from name) from a", "a"},
		{"select substring(lower(name) from start for 2) from a where x is distinct from y", "a"},
		{"select x from generate_series(1, 3) g, a", "a"},
		{"select 'from b' -- from c\nfrom a", "a"},
		{"select x from (select y from a union all select z from b) s", "a b"},
		{"select x from a where y in (select y from b) order by x, z", "a b"},
	} {
		if got := strings.Join(relations(pgsql.ReadQuery(c.query)), " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.query, got, c.want)
		}
	}
}
