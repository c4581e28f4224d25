package plan

import (
	"testing"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

func TestRank(t *testing.T) {
	columns := table(t, "e: id text, at timestamptz, written timestamptz, n int!, s text, x numeric").Columns
	naive := table(t, "e: id text, at timestamp, n int!").Columns
	for _, c := range []struct {
		name           string
		source         model.FeatureSource
		zone           string
		newest, oldest pgsql.Frag
	}{
		{"a snapshot has one row for each date", model.FeatureSource{Snapshot: true, Columns: table(t, "e: id text!, as_of date!, n int").Columns, EventTime: "as_of", Key: []string{"id"}}, "",
			`o."as_of" DESC`, `o."as_of"`},
		{"the time is in the primary key", model.FeatureSource{Columns: columns, EventTime: "at", CreatedTime: "written", Key: []string{"id", "at"}}, "",
			`o."at" DESC`, `o."at"`},
		{"created, then the primary key", model.FeatureSource{Columns: columns, EventTime: "at", CreatedTime: "written", Key: []string{"n"}}, "Europe/Berlin",
			`o."at" DESC, o."written" DESC NULLS LAST, o."n" DESC`, `o."at", o."written" NULLS FIRST, o."n"`},
		{"no key: every other column", model.FeatureSource{Columns: columns, EventTime: "at", CreatedTime: "written"}, "",
			`o."at" DESC, o."written" DESC NULLS LAST, o."n" DESC, o."s"::text COLLATE "C" DESC NULLS LAST, o."x" DESC NULLS LAST, o."x"::text COLLATE "C" DESC NULLS LAST`,
			`o."at", o."written" NULLS FIRST, o."n", o."s"::text COLLATE "C" NULLS FIRST, o."x" NULLS FIRST, o."x"::text COLLATE "C" NULLS FIRST`},
		{"clocks that go back", model.FeatureSource{Columns: naive, EventTime: "at", Key: []string{"n"}}, "Europe/Berlin",
			`(o."at" AT TIME ZONE 'Europe/Berlin') DESC, o."n" DESC`, `(o."at" AT TIME ZONE 'Europe/Berlin'), o."n"`},
	} {
		r := rank(&model.Project{Timezone: c.zone}, &model.FeatureView{Keys: []string{"id"}, Source: c.source}, "o")
		if got := r.newestFirst(); got != c.newest {
			t.Errorf("%s: newest first is %s", c.name, got)
		}
		if got := r.oldestFirst(); got != c.oldest {
			t.Errorf("%s: oldest first is %s", c.name, got)
		}
	}
}
