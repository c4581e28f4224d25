package plan

import (
	"slices"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// freezeDates are the freezes of snapshots that become known at the same times.
type freezeDates struct {
	column  string // of the spine: the newest of them that is known
	freezes []string
	known   []pgsql.Frag // instants
}

// frozen finds or adds the freezes of a snapshot, oldest first.
func (h *History) frozen(source model.FeatureSource) *freezeDates {
	out := freezeDates{column: "#f" + string(pgsql.Int(len(h.freezes)+1))}
	for _, f := range h.want.Freezes[source.Name] {
		if !slices.Contains(out.freezes, f.AsOf) {
			out.freezes = append(out.freezes, f.AsOf)
		}
	}
	slices.Sort(out.freezes)
	for _, d := range out.freezes {
		day, shift := d, source.KnownAfter
		if at, err := model.ParseDate(d); err == nil { // the calendar part is done here, for the sake of who reads the statement
			day, shift = model.Period{Months: shift.Months, Days: shift.Days}.After(at).Format(model.DateLayout), model.Period{Hours: shift.Hours}
		}
		m := moment{Value: pgsql.Typed(day, "date"), Type: columnOf(source, source.EventTime).Type, AtStart: source.AtStart, Zone: h.project.Timezone}
		out.known = append(out.known, m.after(shift))
	}
	for i := range h.freezes {
		if f := h.freezes[i]; slices.Equal(f.freezes, out.freezes) && slices.Equal(f.known, out.known) {
			return &f
		}
	}
	if len(out.freezes) > 0 {
		h.freezes = append(h.freezes, out)
	}
	return &out
}

func (f freezeDates) list() pgsql.Frag {
	return pgsql.List(f.freezes, func(d string) pgsql.Frag { return pgsql.Typed(d, "date") })
}

// newest is the date of the newest freeze known at the instant asked for. A later date is never known earlier, so that its place among the
// instants is its place among the dates.
func (f freezeDates) newest() pgsql.Frag {
	return "(ARRAY[" + f.list() + "])[width_bucket(" + pgsql.Column("q", askedAt) + ", (SELECT ARRAY[" + pgsql.Join(f.known, ", ") + "]))]"
}
