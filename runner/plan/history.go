package plan

import (
	"slices"
	"strings"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Spine is the rows to fill. Each of them becomes one row of the answer.
type Spine struct {
	Rows    pgsql.Frag        // a relation: a quoted table, or a query in parentheses
	Columns []model.Column    // what goes through to the answer: keys, labels, others; without the time
	Keys    map[string]string // column of an entity's key -> column of Rows
	Time    model.Column      // date, timestamp or timestamptz
	AtStart bool              // a date means the instant its day begins, instead of that when it ends
	Count   int64             // rows, about; -1 is unknown
}

// Want is what is put beside the rows of a spine.
type Want struct {
	Features  []model.Served
	Inputs    []model.Column // of the service: columns of the spine
	Derived   []model.Derived
	Horizon   model.Period        // how long before the time of a row its features are read
	FullNames bool                // features are called view__feature
	Method    string              // one of JoinMethods where it can be used; empty chooses by size
	Freezes   map[string][]Freeze // what is frozen of each snapshot: only rows of these dates are read
	Sizes     map[string]int64    // rows of each source, about
}

// History is the point-in-time join: every row of a spine with the features as they were known at its time.
//
// A row of a source is known from its time on (of a snapshot with known_after so much later), and holds until ttl after its time; both ends
// belong to it. Of the rows known at the time of a spine row, less the horizon, the first by rank counts; with join: snapshot only rows of
// the newest freeze known then. Whatever the method, a spine row gives exactly one row.
type History struct {
	project *model.Project
	schema  string
	spine   Spine
	want    Want
	lookups []*lookup
	freezes []freezeDates
}

// NewHistory plans the join over the tables of a schema.
func NewHistory(project *model.Project, schema string, spine Spine, want Want) *History {
	h := &History{project: project, schema: schema, spine: spine, want: want}
	for _, v := range model.Views(want.Features) {
		h.look(v)
	}
	for _, l := range h.lookups {
		l.method, l.reason = h.choose(l)
	}
	return h
}

// Columns are those of the answer, in order: keys and the time, then the others of the spine, features, and derived features of the service.
func (h *History) Columns() []model.Column {
	keys, rest := h.carried()
	out := append(keys, model.Column{Name: model.EventTimestamp, Type: h.spine.Time.Type, Nullable: true, PII: h.spine.Time.PII})
	out = append(out, rest...)
	for _, f := range h.want.Features {
		out = append(out, model.Column{Name: h.served(f), Type: f.Type, Nullable: true, PII: f.PII})
	}
	for _, d := range h.want.Derived {
		out = append(out, model.Column{Name: d.Name, Type: d.Type, Nullable: true, PII: d.PII})
	}
	return out
}

// carried are the columns of the spine in the answer: those that hold keys, and the rest.
func (h *History) carried() (keys, rest []model.Column) {
	holds := map[string]bool{}
	for _, column := range h.spine.Keys {
		holds[column] = true
	}
	for _, c := range h.spine.Columns {
		if holds[c.Name] {
			keys = append(keys, c)
		} else {
			rest = append(rest, c)
		}
	}
	return keys, rest
}

func (h *History) served(f model.Served) string {
	if h.want.FullNames {
		return f.FullName()
	}
	return f.Name
}

// Select is the join as one statement, in the order of keys (text by its bytes) and time, then of the other columns of the spine: rows that
// are alike in these are alike in everything.
func (h *History) Select() pgsql.Frag {
	keys, rest := h.carried()
	of := func(c model.Column) pgsql.Frag { return pgsql.Column("s", c.Name) }
	columns := append(pgsql.Map(keys, of), as(of(h.spine.Time), model.EventTimestamp))
	columns = append(columns, pgsql.Map(rest, of)...)
	for _, f := range h.want.Features {
		columns = append(columns, as(h.value(f), h.served(f)))
	}
	for _, d := range h.want.Derived {
		columns = append(columns, pgsql.Column("d", d.Name))
	}
	joins := pgsql.Frag("")
	for _, l := range h.lookups {
		joins += "\n" + h.join(l)
	}
	spine, last := h.rows()
	return fill("history", pgsql.Holes{"columns": pgsql.Join(columns, ",\n       "), "spine": spine, "last": last, "joins": joins + h.derived(), "order": h.order("s")})
}

// as names a value, unless it is a column of that name.
func as(value pgsql.Frag, name string) pgsql.Frag {
	if strings.HasSuffix(string(value), "."+string(pgsql.Ident(name))) && !strings.Contains(string(value), " ") {
		return value
	}
	return value + " AS " + pgsql.Ident(name)
}

// order is total over what a row of the spine says.
func (h *History) order(alias pgsql.Frag) pgsql.Frag {
	keys, rest := h.carried()
	var out ranking
	for _, c := range slices.Concat(keys, []model.Column{h.spine.Time}, rest) {
		out = append(out, valueOrder(c, pgsql.Column(alias, c.Name))...)
	}
	return pgsql.List(out, func(one ranked) pgsql.Frag { return one.sql })
}

// rows is the spine with what the lookups need to know of each row, step by step: the instant at which it asks, of every set of freezes the
// newest one known then, and how many rows of a source that is merged. last is the name of the last step.
func (h *History) rows() (steps, last pgsql.Frag) {
	columns := pgsql.List(h.needed(), func(name string) pgsql.Frag { return pgsql.Column("r", name) })
	uses := func(method string) bool {
		return slices.ContainsFunc(h.lookups, func(l *lookup) bool { return l.method == method })
	}
	fence := pgsql.Frag("\n    OFFSET 0")
	if uses(JoinIndex) && !uses(JoinMerge) {
		fence = ""
	}
	at := momentOf(h.project, "r", h.spine.Time, h.spine.AtStart).before(h.want.Horizon)
	all := []pgsql.Frag{fill("history_spine", pgsql.Holes{"columns": columns, "at": at, "rows": h.spine.Rows, "fence": fence})}
	last = pgsql.Ident("#asked")
	if len(h.freezes) > 0 {
		newest := pgsql.Map(h.freezes, func(f freezeDates) pgsql.Frag { return f.newest() + " AS " + pgsql.Ident(f.column) })
		all = append(all, fill("history_freezes", pgsql.Holes{"spine": last, "newest": pgsql.Join(newest, ",\n        "), "fence": fence}))
		last = pgsql.Ident("#dated")
	}
	for _, l := range h.lookups {
		if l.method == JoinMerge {
			name := pgsql.Ident("#numbered_" + string(l.alias))
			all = append(all, h.numbered(name, last, l))
			last = name
		}
	}
	if uses(JoinIndex) {
		all = append(all, fill("history_sorted", pgsql.Holes{"spine": last, "order": h.order("q")}))
		last = pgsql.Ident("#sorted")
	}
	return pgsql.Join(all, ", "), last
}

// needed are the columns of the spine that anything reads, each once.
func (h *History) needed() []string {
	var out []string
	add := func(name string) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, c := range h.spine.Columns {
		add(c.Name)
	}
	add(h.spine.Time.Name)
	for _, l := range h.lookups {
		for _, k := range l.keys {
			add(k.spine.Name)
		}
	}
	for _, d := range h.want.Derived {
		for _, in := range h.want.Inputs {
			if slices.Contains(d.Uses, in.Name) {
				add(in.Name)
			}
		}
	}
	return out
}
