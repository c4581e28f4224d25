package infer

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// writer writes one pipeline.
type writer struct {
	strings.Builder
	o        Options
	pipeline string
	tables   []*table
	all      []*table
}

// dirParam is the parameter that holds the folder of a month; batchParam stands for it where there is one batch of no folder.
const (
	dirParam   = "dir"
	batchParam = "batch"
)

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(w, format+"\n", args...)
}

func (w *writer) file() string {
	w.line("# %s", spec.Comment("Proposed by runner infer from "+w.o.Origin+". Every row was read; change what you know better."))
	w.line("kind: pipeline")
	w.line("name: %s", spec.Scalar(w.pipeline))
	w.params()
	w.line("")
	w.line("tables:")
	for i, t := range w.tables {
		if i > 0 {
			w.line("")
		}
		w.table(t)
	}
	w.snapshots()
	return w.String()
}

// batched tells whether the pipeline has parameters: months, dates, or tables that only grow, for which a re-run has to be told from new
// rows.
func (w *writer) batched() bool {
	return len(w.o.Dirs) > 0 || len(w.o.AsOf) > 0 || slices.ContainsFunc(w.all, func(t *table) bool { return t.key == nil })
}

func (w *writer) params() {
	if !w.batched() {
		return
	}
	w.line("")
	w.line("params:")
	if len(w.o.AsOf) > 0 {
		w.line("  %s: {type: date}", model.AsOf)
	}
	name := dirParam
	if len(w.o.Dirs) == 0 {
		name = batchParam
	}
	if len(w.o.Dirs) > 0 || len(w.o.AsOf) == 0 {
		w.line("  %s: {type: string}", name)
	}
	w.line("")
	w.line("partitions:")
	for i := range max(len(w.o.Dirs), 1) {
		var parts []string
		if len(w.o.AsOf) > 0 {
			parts = append(parts, model.AsOf+": "+w.o.AsOf[i])
		}
		switch {
		case len(w.o.Dirs) > 0:
			parts = append(parts, name+": "+spec.FlowScalar(w.o.Dirs[i]))
		case len(w.o.AsOf) == 0:
			parts = append(parts, name+": first")
		}
		w.line("  - {%s}", strings.Join(parts, ", "))
	}
}

// source writes where the rows of a table come from.
func (w *writer) source(t *table) {
	file := t.input.Paths[0]
	if len(w.o.Dirs) > 0 {
		file = "${" + dirParam + "}/" + path.Base(file)
	}
	s := t.input.Source
	if s.Delimiter == 0 && s.Encoding == "" && !t.unnamed {
		w.line("    source: %s", spec.Scalar(file))
		return
	}
	w.line("    source:")
	w.line("      path: %s", spec.Scalar(file))
	if s.Delimiter != 0 {
		w.line("      delimiter: %s", delimiter(s.Delimiter))
	}
	if s.Encoding != "" {
		w.line("      encoding: %s    # not UTF-8: see whether its letters are right", s.Encoding)
	}
	if t.unnamed {
		w.line("      unknown_columns: ignore    # a field of the header has no name")
	}
}

func delimiter(r rune) string {
	if r == '\t' {
		return `"\t"`
	}
	return strconv.Quote(string(r))
}

func (w *writer) table(t *table) {
	w.line("  %s:%s", spec.Scalar(t.name), evidenceOf(t))
	w.source(t)
	switch len(t.key) {
	case 0:
		w.line("    mode: append    # no column, and no two or three together, tell all rows apart")
	case 1:
		w.line("    primary_key: %s", spec.Scalar(t.fields[t.key[0]].name))
	default:
		w.line("    primary_key: [%s]", flowList(t.names(t.key)))
	}
	w.references(t)
	w.line("    columns:")
	w.columns(t)
}

// evidenceOf is the comment behind the name of a table.
func evidenceOf(t *table) string {
	counts := make([]string, len(t.rows))
	for i, n := range t.rows {
		counts[i] = number(n)
	}
	if t.total() == 1 {
		return "    # 1 row"
	}
	if len(counts) > 1 && len(slices.Compact(slices.Clone(counts))) == 1 {
		return fmt.Sprintf("    # %s rows%s", counts[0], overMonths(len(counts)))
	}
	if len(counts) > 6 {
		counts = append(counts[:6], "...")
	}
	return fmt.Sprintf("    # %s rows", list(counts))
}

func (w *writer) references(t *table) {
	if len(t.refs) == 0 {
		return
	}
	simple := !slices.ContainsFunc(t.refs, func(r reference) bool { return len(r.fields) > 1 })
	if !simple {
		w.line("    references:")
		for _, r := range t.refs {
			w.line("      - {columns: [%s], table: %s}", flowList(t.names(r.fields)), spec.FlowScalar(r.parent.name))
		}
		return
	}
	parts := make([]string, len(t.refs))
	for i, r := range t.refs {
		parts[i] = spec.FlowScalar(t.names(r.fields)[0]) + ": " + spec.FlowScalar(r.parent.name)
	}
	w.line("    references: {%s}", strings.Join(parts, ", "))
}

func flowList(values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = spec.FlowScalar(v)
	}
	return strings.Join(out, ", ")
}

// columns writes the columns in three aligned parts: name, what it is, and why.
func (w *writer) columns(t *table) {
	var rows [][3]string
	for i, f := range t.fields {
		if len(f.choices) > 0 {
			rows = append(rows, [3]string{"# " + f.name + ": " + f.doubt() + ". Keep the format that is meant; lint refuses both."})
		}
		rows = append(rows, [3]string{spec.Scalar(f.name) + ":", declaration(f, slices.Contains(t.key, i)), f.comment()})
	}
	wide, mid := 0, 0
	for _, r := range rows {
		if r[1] != "" {
			wide = max(wide, utf8.RuneCountInString(r[0]))
			mid = max(mid, min(utf8.RuneCountInString(r[1]), widestAligned))
		}
	}
	for _, r := range rows {
		text := r[0]
		if r[1] != "" {
			text = pad(r[0], wide) + " " + r[1]
		}
		if r[2] != "" {
			text = pad(text, wide+1+mid) + "    # " + spec.Comment(r[2])
		}
		w.line("      %s", text)
	}
}

// widestAligned is up to which width comments are aligned behind declarations.
const widestAligned = 40

func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(n-utf8.RuneCountInString(s), 0))
}

// declaration writes what is declared of a column: its type alone, or a mapping.
func declaration(f *field, key bool) string {
	typ := shortType(f.typ)
	parts := []string{"type: " + typ}
	if spec.FlowScalar(typ) != typ {
		parts[0] = "type: " + strconv.Quote(typ)
	}
	add := func(key, value string) { parts = append(parts, key+": "+value) }
	if !f.nullable && !key {
		add("nullable", "false")
	}
	if f.optional {
		add("optional", "true")
	}
	if f.header != f.name {
		add("from", strconv.Quote(f.header))
		if strconv.Quote(f.header) != `"`+f.header+`"` {
			parts[len(parts)-1] = "from: " + spec.FlowScalar(f.header)
		}
	}
	for _, l := range []struct {
		key    string
		values []string
	}{{"null_values", f.read.NullValues}, {"true_values", f.read.TrueValues}, {"false_values", f.read.FalseValues}} {
		if len(l.values) > 0 {
			add(l.key, "["+quotedList(l.values)+"]")
		}
	}
	switch formats := f.read.DateFormats; len(formats) {
	case 0:
	case 1:
		add("date_format", strconv.Quote(formats[0]))
	default:
		add("date_format", "["+quotedList(formats)+"]")
	}
	if f.read.Decimal != 0 {
		add("decimal", visible(f.read.Decimal))
	}
	if f.read.Group != 0 {
		add("group", visible(f.read.Group))
	}
	if len(parts) == 1 {
		return spec.Scalar(typ)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// quotedList writes words with quotes: among them are those that YAML would take for something else.
func quotedList(values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strconv.Quote(v)
	}
	return strings.Join(out, ", ")
}

// visible writes one character so that it can be seen.
func visible(r rune) string {
	if r > '~' {
		return fmt.Sprintf(`"\u%04x"`, r)
	}
	return strconv.Quote(string(r))
}

// shortType is the shortest usual name of a type.
func shortType(t model.Type) string {
	switch t.Name {
	case "timestamp with time zone":
		return "timestamptz"
	case "timestamp without time zone":
		return "timestamp"
	}
	return t.Name
}

// doubt says why the user has to choose a date format.
func (f *field) doubt() string {
	year := func(format string) int { return strings.IndexAny(format, "yY") }
	if slices.ContainsFunc(f.choices, func(c string) bool { return year(c) != year(f.choices[0]) }) {
		return "all values fit each of these formats, which put the year elsewhere"
	}
	return "no day is above 12, so it may come first or second"
}

// comment is the evidence of a column.
func (f *field) comment() string {
	parts := slices.Clone(f.notes)
	if f.minimum != "" && f.personal == "" {
		parts = append([]string{day(f.minimum) + " to " + day(f.maximum)}, parts...)
	}
	if f.personal != "" {
		parts = append([]string{f.personal + ": add pii: true to mask them everywhere"}, parts...)
	}
	return strings.Join(parts, "; ")
}

// day is the date of a time.
func day(stamp string) string {
	date, _, _ := strings.Cut(stamp, " ")
	return date
}

// snapshots writes one of each table, or, without dates, what to add for them.
func (w *writer) snapshots() {
	var made, can []*table
	for _, t := range w.tables {
		switch {
		case w.snapshot(t) != "":
			made = append(made, t)
		case len(w.o.AsOf) == 0 && t.key != nil:
			can = append(can, t)
		}
	}
	if len(made) > 0 {
		w.line("")
		w.line("# One dated copy of each table a month. A month that is frozen does not change any more.")
		w.line("snapshots:")
		w.listSnapshots("", made)
		return
	}
	if len(can) > 0 {
		w.line("")
		w.line("# Snapshots keep a dated copy of each table a month. They need the date of each month: runner infer --as-of DATE writes it, or add")
		w.line("# as_of: {type: date} to params, as_of: YYYY-MM-DD to each partition, and")
		w.line("# snapshots:")
		w.listSnapshots("# ", can)
	}
}

func (w *writer) listSnapshots(lead string, tables []*table) {
	wide := 0
	for _, t := range tables {
		wide = max(wide, utf8.RuneCountInString(spec.Scalar(w.snapshotName(t))))
	}
	for _, t := range tables {
		w.line("%s  %s {from: %s}", lead, pad(spec.Scalar(w.snapshotName(t))+":", wide+1), spec.FlowScalar(t.name))
	}
}
