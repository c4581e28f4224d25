package plan

import (
	"strings"
	"testing"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// TestKeyProves: a key among the unique columns proves them, and only the columns beside it can be without a value.
func TestKeyProves(t *testing.T) {
	s := &Subject{Table: table(t, "t: id text!, day date!, fee numeric, key=id+day"), Rows: "stage", Keyed: true}
	for _, tc := range []struct {
		unique, blank string
		proven        bool
	}{
		{"day id", "0", true}, {"id fee day", `count(*) FILTER (WHERE num_nulls(r."fee") > 0)`, true}, {"id", "", false}, {"fee", "", false}, {"", "", false},
	} {
		rule := model.Rule{Name: tc.unique, Condition: `r."#w" = 1`, Needs: model.Needs{Unique: strings.Fields(tc.unique), Windows: []model.Window{{Name: "#w", SQL: "count(*) OVER ()"}}}}
		q := s.Bind([]model.Rule{rule}, nil).Questions[0]
		if q.Proven != tc.proven {
			t.Errorf("%s: proven %v", tc.unique, q.Proven)
		}
		if got := q.columns(Plain); tc.proven && (got[1] != "0" || got[2] != pgsql.Frag(tc.blank)) {
			t.Errorf("%s: %v", tc.unique, got)
		}
	}
}
