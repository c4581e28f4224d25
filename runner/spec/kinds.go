package spec

import (
	"strings"

	"streamflow/runner/internal/diag"
)

// Kinds describes every document that a spec may hold, the one table behind reading, suggestions, schema and documentation. Each
// call builds it anew, so that no one can change it for others.
func Kinds() []*Kind {
	return append([]*Kind{projectKind(), pipelineKind(), expectationsKind(), testKind()}, featureKinds()...)
}

// kindField is the key that tells what a document is; it was read before the rest.
func kindField[T any]() []Field {
	return []Field{special("kind", Text, One, nil, "what this document is", func(*walker, *T, Str, *node) {}).aka("type")}
}

func projectKind() *Kind {
	target := newKind("target", "One database that the project can run against.", func(t *Target) *diag.Place { return &t.Place }, []Field{
		template("database", `"embedded", or a URL such as ${env:PROD_URL}`, func(t *Target) *Templ { return &t.Database }).required().aka("url", "dsn"),
		text("schema", Text, "the schema of its tables; public when not given", func(t *Target) *Str { return &t.Schema }),
		boolean("default", "taken when no --target is given", func(t *Target) *Bool { return &t.Default }),
	}).short("database")
	return newKind("project", "The project: runner.yaml.", func(p *Project) *diag.Place { return &p.Place }, kindField[Project](), []Field{
		text("name", Text, "its name; that of the folder when not given", func(p *Project) *Str { return &p.Name }),
		text("description", Prose, "what it is for", func(p *Project) *Str { return &p.Description }),
		text("timezone", Text, "where a date begins and ends, such as Europe/Berlin; UTC when not given",
			func(p *Project) *Str { return &p.Timezone }).aka("tz"),
		named("targets", "its databases, by name", target, func(p *Project) *Map[*Target] { return &p.Targets }).aka("databases", "environments", "outputs"),
		part("defaults", "what is the same for all tables", defaultsKind(), func(p *Project) **Defaults { return &p.Defaults }),
		part("lint", "what is asked of the specs", lintKind(), func(p *Project) **Lint { return &p.Lint }),
	})
}

func lintKind() *Kind {
	return newKind("lint", "What lint asks of the specs of this project.", func(l *Lint) *diag.Place { return &l.Place }, []Field{
		boolean("require_reason", "whether comments that ignore findings must say why; false when not given", func(l *Lint) *Bool { return &l.RequireReason }),
		texts("require", Text, "what every pipeline, table, snapshot and document of features must have: owner, description",
			func(l *Lint) *StrList { return &l.Require }).only("owner", "description"),
		part("naming", "how things are named: regular expressions that whole names match", namingKind(), func(l *Lint) **Naming { return &l.Naming }),
	})
}

// namingFields are the things that have names.
func namingFields() []namingField {
	return []namingField{
		{"pipeline", func(n *Naming) *Str { return &n.Pipeline }}, {"param", func(n *Naming) *Str { return &n.Param }},
		{"table", func(n *Naming) *Str { return &n.Table }}, {"column", func(n *Naming) *Str { return &n.Column }},
		{"snapshot", func(n *Naming) *Str { return &n.Snapshot }}, {"rule", func(n *Naming) *Str { return &n.Rule }},
		{"entity", func(n *Naming) *Str { return &n.Entity }}, {"feature_view", func(n *Naming) *Str { return &n.FeatureView }},
		{"feature_service", func(n *Naming) *Str { return &n.FeatureService }}, {"training_set", func(n *Naming) *Str { return &n.TrainingSet }},
	}
}

type namingField struct {
	name string
	at   func(*Naming) *Str
}

func namingKind() *Kind {
	var fields []Field
	for _, f := range namingFields() {
		fields = append(fields, text(f.name, Cell, "the pattern of the name of a "+strings.ReplaceAll(f.name, "_", " "), f.at))
	}
	return newKind("naming", "How things are named in this project.", func(n *Naming) *diag.Place { return &n.Place }, fields)
}

func pipelineKind() *Kind {
	return newKind("pipeline", "Tables loaded together from one partition's files, and their snapshots.",
		func(p *Pipeline) *diag.Place { return &p.Place }, kindField[Pipeline](), []Field{
			text("name", Text, "its name, unique in the project", func(p *Pipeline) *Str { return &p.Name }).required(),
			text("description", Prose, "what it is for", func(p *Pipeline) *Str { return &p.Description }),
			text("owner", Prose, "who answers for it", func(p *Pipeline) *Str { return &p.Owner }),
			texts("tags", Text, "words to find it by", func(p *Pipeline) *StrList { return &p.Tags }),
			named("params", "parameters, by name", paramKind(), func(p *Pipeline) *Map[*Param] { return &p.Params }).aka("parameters", "args", "vars"),
			special("partitions", Sets, One, everyKind(), "a list of parameter sets, or {every, from}", readPartitions),
			part("defaults", "what is the same for all its tables", defaultsKind(), func(p *Pipeline) **Defaults { return &p.Defaults }),
			named("tables", "the tables it loads, by name", tableKind(), func(p *Pipeline) *Map[*Table] { return &p.Tables }).aka("models"),
			named("snapshots", "the snapshots it freezes, by name", snapshotKind(), func(p *Pipeline) *Map[*Snapshot] { return &p.Snapshots }),
			texts("materialize", Text, "feature views to refresh in the same run", func(p *Pipeline) *StrList { return &p.Materialize }),
			part("schedule", "when it runs by itself: a cron line, or every: month", scheduleKind(),
				func(p *Pipeline) **Schedule { return &p.Schedule }),
		})
}

func paramKind() *Kind {
	return newKind("parameter", "A value given from outside. A bare word is its type.", func(p *Param) *diag.Place { return &p.Place }, []Field{
		text("type", Text, "its type", func(p *Param) *Str { return &p.Type }).required().only("string", "date", "integer", "number", "boolean"),
		text("env", Text, "the environment variable that may supply it", func(p *Param) *Str { return &p.Env }),
		template("default", "its value when none is given", func(p *Param) *Templ { return &p.Default }),
		text("description", Prose, "what it means", func(p *Param) *Str { return &p.Description }),
	}).short("type")
}

func everyKind() *Kind {
	return newKind("series", "A regular series of partitions.", func(e *Every) *diag.Place { return &e.Place }, []Field{
		text("every", Text, "the step", func(e *Every) *Str { return &e.Unit }).required().only("day", "week", "month", "year"),
		text("from", Cell, "the first date, YYYY-MM-DD", func(e *Every) *Str { return &e.From }).required().aka("start", "since"),
	})
}

func scheduleKind() *Kind {
	return newKind("schedule", "When a pipeline runs by itself.", func(s *Schedule) *diag.Place { return &s.Place }, []Field{
		text("cron", Prose, "a cron line", func(s *Schedule) *Str { return &s.Cron }),
		text("every", Text, "the step", func(s *Schedule) *Str { return &s.Every }).only("hour", "day", "week", "month", "year"),
		text("timezone", Text, "of the cron line; that of the project when not given", func(s *Schedule) *Str { return &s.Timezone }),
		text("catch_up", Text, "what to do with several missed runs", func(s *Schedule) *Str { return &s.CatchUp }).only("all", "latest", "none"),
	}).short("cron").oneOf("cron", "every")
}

func snapshotKind() *Kind {
	return newKind("snapshot", "A dated copy of a table's batches.", func(s *Snapshot) *diag.Place { return &s.Place }, []Field{
		text("from", Text, "the table it freezes", func(s *Snapshot) *Str { return &s.From }).required().aka("table", "source"),
		texts("columns", Text, "the columns it keeps beside the key; all when not given", func(s *Snapshot) *StrList { return &s.Columns }),
		text("description", Prose, "what it is for", func(s *Snapshot) *Str { return &s.Description }),
		text("known_after", Text, "how late its data really arrives, such as 5d", func(s *Snapshot) *Str { return &s.KnownAfter }),
		text("as_of_time", Text, "the instant that a date means", func(s *Snapshot) *Str { return &s.AsOfTime }).only("end", "start"),
		text("owner", Prose, "who answers for it", func(s *Snapshot) *Str { return &s.Owner }),
		texts("tags", Text, "words to find it by", func(s *Snapshot) *StrList { return &s.Tags }),
	})
}

func expectationsKind() *Kind {
	at := func(e *Expectations) *diag.Place { return &e.Place }
	rule := ruleKind()
	defaults := newKind("rule defaults", "What is the same for all rules of the document.", func(d *RuleDefaults) *diag.Place { return &d.Place },
		ruleOptions(func(d *RuleDefaults) *RuleOptions { return &d.RuleOptions }))
	return newKind("expectations", "Rules about a table, a snapshot or a training set.", at, kindField[Expectations](), []Field{
		text("name", Text, "a name for the document", func(e *Expectations) *Str { return &e.Name }),
		text("table", Text, "the table it speaks of", func(e *Expectations) *Str { return &e.Table }),
		text("snapshot", Text, "the snapshot it speaks of", func(e *Expectations) *Str { return &e.Snapshot }),
		text("training_set", Text, "the training set it speaks of", func(e *Expectations) *Str { return &e.TrainingSet }),
		text("description", Prose, "what it is for", func(e *Expectations) *Str { return &e.Description }),
		text("owner", Prose, "who answers for it", func(e *Expectations) *Str { return &e.Owner }),
		texts("tags", Text, "words to find it by", func(e *Expectations) *StrList { return &e.Tags }),
		part("defaults", "what is the same for all its rules", defaults, func(e *Expectations) **RuleDefaults { return &e.Defaults }),
		listed("rules", "what must be true", rule, func(e *Expectations) *[]*Rule { return &e.Rules }).aka("tests", "checks", "expectations", "expect"),
		listed("warnings", "what should be true: rules of severity warn", rule, func(e *Expectations) *[]*Rule { return &e.Warnings }).aka("warn"),
	}).oneOf("table", "snapshot", "training_set")
}

func ruleKind() *Kind {
	own := []Field{
		text("name", Text, "its name; the expression itself when not given", func(r *Rule) *Str { return &r.Name }).aka("id"),
		text("rule", Expression, "an expression that must be true", func(r *Rule) *Str { return &r.Rule }).aka("expr", "expression", "expect", "check"),
		text("sql", Prose, "a query whose rows are failures", func(r *Rule) *Str { return &r.SQL }).aka("query"),
	}
	more := []Field{
		text("message", Prose, "what to say when it fails", func(r *Rule) *Str { return &r.Message }).aka("error"),
		text("description", Prose, "why it must be true", func(r *Rule) *Str { return &r.Description }),
		part("examples", "rows that must pass, and rows that must fail; lint tries them", examplesKind(), func(r *Rule) **Examples { return &r.Examples }).aka("example"),
	}
	return newKind("rule", "One expectation. A bare value is its expression.", func(r *Rule) *diag.Place { return &r.Place }, own,
		ruleOptions(func(r *Rule) *RuleOptions { return &r.RuleOptions }), more).short("rule").oneOf("rule", "sql")
}

// ruleOptions are the keys that a rule shares with the defaults of its document.
func ruleOptions[T any](at func(*T) *RuleOptions) []Field {
	return []Field{
		text("where", Expression, "judge only rows for which this is true", func(t *T) *Str { return &at(t).Where }).aka("filter", "condition", "row_condition"),
		number("at_least", "the share of judged rows that must pass, such as 0.99", func(t *T) *Float { return &at(t).AtLeast }).aka("mostly", "threshold"),
		number("max_fail", "the number of rows that may fail", func(t *T) *Float { return &at(t).MaxFail }).aka("max_failed", "max_failures"),
		text("severity", Text, "whether a failure refuses the batch", func(t *T) *Str { return &at(t).Severity }).only("error", "warn").aka("level"),
		text("nulls", Text, "whether an unknown verdict fails", func(t *T) *Str { return &at(t).Nulls }).only("pass", "fail"),
		text("on_fail", Text, "refuse the batch, or set the failing rows aside", func(t *T) *Str { return &at(t).OnFail }).only("refuse", "quarantine"),
		text("owner", Prose, "who answers for it", func(t *T) *Str { return &at(t).Owner }),
		texts("tags", Text, "words to find it by", func(t *T) *StrList { return &at(t).Tags }),
	}
}
