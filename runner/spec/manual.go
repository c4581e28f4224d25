package spec

// Note is what the documentation and the schema say of a key beside how it is read.
type Note struct {
	Default string // what counts when the key is not given, where that is one value
	Example string // lines of YAML that hold the key, as they could stand in a document that is sound
	State   State
	Names   Names // what the value is a name of
}

// State says what this version does with a key that it reads.
type State int

// The states. A key that is Refused belongs to a later version.
const (
	Used State = iota
	Refused
)

// Names says what a text is a name of.
type Names int

// The sorts of names. ColumnNames are columns of the table, or of the table behind the snapshot, in which the key stands.
const (
	NoNames Names = iota
	TableNames
	ColumnNames
	SnapshotNames
	SourceNames // snapshots, and tables with a time
	EntityNames
	ViewNames
	OfferNames // VIEW, VIEW.FEATURE or a service
	TrainingSetNames
	ExpectationFiles
)

// Manual is Kinds with the notes of every key.
func Manual() []*Kind {
	known := notes()
	kinds := Kinds()
	seen := map[*Kind]bool{}
	var annotate func(k *Kind)
	annotate = func(k *Kind) {
		if k == nil || seen[k] {
			return
		}
		seen[k] = true
		for i := range k.Fields {
			f := &k.Fields[i]
			note, ok := known[k.Name+"."+f.Name]
			if !ok {
				note = known["."+f.Name]
			}
			f.Note = note
			annotate(f.Kind)
		}
	}
	for _, k := range kinds {
		annotate(k)
	}
	return kinds
}

// notes holds the notes by "kind.key", and by ".key" for keys that several kinds share.
func notes() map[string]Note {
	out := map[string]Note{}
	for _, part := range []map[string]Note{sharedNotes(), pipelineNotes(), tableNotes(), ruleNotes(), featureNotes()} {
		for key, note := range part {
			out[key] = note
		}
	}
	return out
}

func sharedNotes() map[string]Note {
	return map[string]Note{
		".description": {Example: "description: Orders as exported at the end of each month."},
		".owner":       {Example: "owner: billing team"},
		".tags":        {Example: "tags: [money, monthly]"},

		".null_values":  {Default: `[""]`, Example: `null_values: ["", "-", "n/a"]`},
		".true_values":  {Example: "true_values: [ja, J]"},
		".false_values": {Example: "false_values: [nein, N]"},
		".date_format":  {Example: `date_format: "%d.%m.%Y"`},
		".timezone":     {Example: "timezone: Europe/Berlin"},
		".decimal":      {Default: `"."`, Example: `decimal: ","`},
		".group":        {Example: `group: "'"`},

		"project.kind":        {Example: "kind: project"},
		"project.name":        {Example: "name: shop"},
		"project.description": {Example: "description: Everything the shop exports."},
		"project.timezone":    {Default: "UTC", Example: "timezone: Europe/Berlin"},
		"project.targets":     {Example: "targets: {dev: embedded, prod: {database: \"${env:PROD_URL}\", schema: raw}}"},
		"project.defaults":    {Example: "defaults: {null_values: [\"\", \"NULL\"]}"},
		"project.lint":        {Example: "lint: {require_reason: true}"},
		"lint.require_reason": {Default: "false", Example: "require_reason: true"},
		"lint.require":        {Example: "require: [owner, description]"},
		"lint.naming":         {Example: "naming: {snapshot: \".*_snapshots\", rule: \"[a-z_]+\"}"},

		"naming.pipeline":        {Example: "pipeline: \"[a-z]+\""},
		"naming.param":           {Example: "param: \"[a-z_]+\""},
		"naming.table":           {Example: "table: \"[a-z]+s\""},
		"naming.column":          {Example: "column: \"[a-z][a-z0-9_]*\""},
		"naming.snapshot":        {Example: "snapshot: \".*_snapshots\""},
		"naming.rule":            {Example: "rule: \"[a-z_]+\""},
		"naming.entity":          {Example: "entity: \"[a-z]+\""},
		"naming.feature_view":    {Example: "feature_view: \"[a-z_]+\""},
		"naming.feature_service": {Example: "feature_service: \".*_v[0-9]+\""},
		"naming.training_set":    {Example: "training_set: \"[a-z_]+\""},

		"target.database": {Example: "database: ${env:PROD_URL}"},
		"target.schema":   {Default: "public", Example: "schema: raw"},
		"target.default":  {Default: "false", Example: "default: true"},

		"test.kind":        {Example: "kind: test"},
		"test.description": {Example: "description: What the finance team asked for."},
		"test.tests":       {Example: "tests: [{name: no negative fees, table: clients, rows: [{id: 1, fee: -1}], expect: {fee >= 0: {fail: 1}}}]"},

		"test case.name":         {Example: "name: a fee is never negative"},
		"test case.description":  {Example: "description: A loader once lost the decimal mark."},
		"test case.expectations": {Example: "expectations: expectations/clients.yaml", Names: ExpectationFiles},
		"test case.table":        {Example: "table: clients", Names: TableNames},
		"test case.feature_view": {Names: ViewNames, Example: "feature_view: fees\ngiven: {clients_monthly: [{id: 1, as_of: 2024-01-31, fee: 10.50}]}\nentities: [{id: 1, event_timestamp: 2024-02-10}]\nexpect_rows: [{fee: 10.50}]"},
		"test case.entities":     {Example: "feature_view: fees\nentities: [{id: 1, event_timestamp: 2024-02-10T00:00:00Z}]\nexpect_rows: [{fee: null}]"},
		"test case.expect_rows":  {Example: "feature_view: fees\ngiven: {clients_monthly: [{id: 1, as_of: 2024-01-31, fee: 10.50}]}\nentities: [{id: 1, event_timestamp: 2024-02-10}]\nexpect_rows: [{id: 1, fee: 10.50}]"},
		"test case.as_of":        {Example: "as_of: 2024-01-31"},
		"test case.params":       {Example: "params: {as_of: 2024-01-31}"},
		"test case.rows":         {Example: "rows: [{id: 1, fee: 10.50}, {id: 2, fee: -1}]"},
		"test case.given":        {Example: "given: {orders: [{id: 7, client: 1}]}"},
		"test case.before":       {Example: "before: [{id: 1, fee: 9}]"},
		"test case.expect":       {Example: "expect: {fee >= 0: {pass: [1], fail: [2]}}"},
		"verdict.pass":           {Example: "pass: all"},
		"verdict.fail":           {Example: "fail: [1]"},
		"verdict.unknown":        {Example: "unknown: [1]"},
	}
}

func pipelineNotes() map[string]Note {
	return map[string]Note{
		"pipeline.kind":        {Example: "kind: pipeline"},
		"pipeline.name":        {Example: "name: monthly"},
		"pipeline.params":      {Example: "params: {as_of: {type: date, env: AS_OF}, dir: string}"},
		"pipeline.partitions":  {Example: "partitions: [{as_of: 2024-01-31, dir: data/2024-01}, {as_of: 2024-02-29, dir: data/2024-02}]"},
		"pipeline.defaults":    {Example: "defaults: {source: {path: \"${dir}/{table}.csv\"}, primary_key: id}"},
		"pipeline.tables":      {Example: "tables: {payments: {source: data/payments.csv, primary_key: id, columns: {id: integer, fee: \"numeric(10,2)\"}}}"},
		"pipeline.snapshots":   {Example: "snapshots: {payments_monthly: {from: payments}}"},
		"pipeline.materialize": {Names: ViewNames, Example: "materialize: [fees]"},
		"pipeline.schedule":    {State: Refused, Example: "schedule: {every: month}"},

		"parameter.type":        {Example: "type: date"},
		"parameter.env":         {Example: "env: AS_OF"},
		"parameter.default":     {Example: "default: data/incoming"},
		"parameter.description": {Example: "description: the last day of the month"},
		"series.every":          {Example: "every: month"},
		"series.from":           {Example: "from: 2024-01-31"},

		"schedule.cron":     {State: Refused, Example: "cron: 0 6 1 * *"},
		"schedule.every":    {State: Refused, Example: "every: month"},
		"schedule.timezone": {State: Refused, Example: "timezone: Europe/Berlin"},
		"schedule.catch_up": {State: Refused, Example: "catch_up: all"},

		"snapshot.from":        {Names: TableNames, Example: "from: payments"},
		"snapshot.columns":     {Names: ColumnNames, Example: "columns: [fee, city]"},
		"snapshot.known_after": {Example: "known_after: 5d"},
		"snapshot.as_of_time":  {Default: "end", Example: "as_of_time: start"},
	}
}

func tableNotes() map[string]Note {
	return map[string]Note{
		".source":         {Example: "source: data/clients.csv"},
		".primary_key":    {Names: ColumnNames, Example: "primary_key: id"},
		".references":     {Names: TableNames, Example: "references: {referrer: clients}"},
		".delivery":       {Default: "full", Example: "delivery: delta"},
		".mode":           {Default: "upsert", Example: "mode: append"},
		".delete_missing": {Default: "false", Example: "delete_missing: true"},
		".event_time":     {Names: ColumnNames, Example: "event_time: seen"},
		".created_time":   {Names: ColumnNames, Example: "created_time: seen"},
		".indexes":        {Names: ColumnNames, Example: "indexes: [city, {columns: [since, id], unique: true}]"},
		".distribute_by":  {State: Refused, Names: ColumnNames, Example: "distribute_by: id"},

		"defaults.source":    {Example: "source: {path: \"${dir}/{table}.csv\", min_rows: 1}"},
		"table.description":  {Example: "description: One client, as of the export."},
		"table.columns":      {Example: "columns: {id: integer, fee: \"numeric(10,2)\", since: {type: date, nullable: false}}"},
		"table.renamed_from": {State: Refused, Example: "renamed_from: customers"},

		"source.path":            {Example: "path: data/clients_*.csv.gz"},
		"source.format":          {Example: "format: csv"},
		"source.match":           {Default: "exact", Example: "match: loose"},
		"source.delimiter":       {Default: `","`, Example: "delimiter: tab"},
		"source.encoding":        {Default: "utf-8", Example: "encoding: latin1"},
		"source.header":          {Default: "true", Example: "header: false"},
		"source.unknown_columns": {Default: "error", Example: "unknown_columns: ignore"},
		"source.duplicate_keys":  {Default: "error", Example: "duplicate_keys: identical"},
		"source.max_errors":      {Example: "max_errors: 100"},
		"source.max_rejects":     {Example: "max_rejects: 10"},
		"source.min_rows":        {Example: "min_rows: 5000"},
		"source.max_shrink":      {Default: "0.5", Example: "max_shrink: 0.2"},
		"source.query":           {State: Refused, Example: "query: select id, sum(fee) from clients group by id"},
		"source.reads":           {State: Refused, Names: TableNames, Example: "query: select id, sum(fee) from clients group by id\nreads: [clients]"},

		"column.type":         {Example: "type: numeric(10,2)"},
		"column.nullable":     {Default: "true", Example: "nullable: false"},
		"column.optional":     {Default: "false", Example: "optional: true"},
		"column.when_absent":  {Example: "optional: true\nwhen_absent: keep"},
		"column.from":         {Example: "from: [town, city]"},
		"column.value":        {Example: "value: upper(city)"},
		"column.default":      {Example: "default: unknown"},
		"column.renamed_from": {Example: "renamed_from: town"},
		"column.description":  {Example: "description: where invoices are sent"},
		"column.tags":         {Example: "tags: [address]"},
		"column.pii":          {Default: "false", Example: "pii: true"},
		"column.true_values":  {Example: "type: boolean\ntrue_values: [ja, J]"},
		"column.false_values": {Example: "type: boolean\nfalse_values: [nein, N]"},
		"column.date_format":  {Example: "type: date\ndate_format: [\"%d.%m.%Y\", \"%Y-%m-%d\"]"},
		"column.timezone":     {Example: "type: timestamptz\ntimezone: Europe/Berlin"},
		"column.decimal":      {Default: `"."`, Example: "type: numeric\ndecimal: \",\""},
		"column.group":        {Example: "type: numeric\ngroup: \"'\""},

		"reference.columns":  {Names: ColumnNames, Example: "columns: [referrer]"},
		"reference.table":    {Names: TableNames, Example: "table: clients"},
		"reference.severity": {Default: "error", Example: "severity: warn"},
		"index.columns":      {Names: ColumnNames, Example: "columns: [since, id]"},
		"index.unique":       {Default: "false", Example: "unique: true"},
	}
}

func ruleNotes() map[string]Note {
	return map[string]Note{
		"expectations.kind":         {Example: "kind: expectations"},
		"expectations.name":         {Example: "name: what finance relies on"},
		"expectations.table":        {Names: TableNames, Example: "table: clients"},
		"expectations.snapshot":     {State: Refused, Names: SnapshotNames, Example: "snapshot: clients_monthly"},
		"expectations.training_set": {Names: TrainingSetNames, Example: "training_set: churn"},
		"expectations.defaults":     {Example: "defaults: {nulls: fail}"},
		"expectations.rules":        {Example: "rules: [fee >= 0, {rule: city != nil, at_least: 0.9}]"},
		"expectations.warnings":     {Example: "warnings: [fee < 10000]"},

		"rule.name":        {Example: "name: fee_is_not_negative"},
		"rule.rule":        {Example: "rule: fee >= 0"},
		"rule.sql":         {Example: "sql: select id from clients where fee < 0"},
		"rule.examples":    {Example: "examples: {pass: [{fee: 1}], fail: [{fee: -1}]}"},
		"rule.message":     {Example: "message: a fee is below zero; ask billing"},
		"rule.description": {Example: "description: Credits are booked elsewhere."},

		".where":    {Example: "where: city != nil"},
		".at_least": {Default: "1", Example: "at_least: 0.99"},
		".max_fail": {Example: "max_fail: 3"},
		".severity": {Default: "error", Example: "severity: warn"},
		".nulls":    {Default: "pass", Example: "nulls: fail"},
		".on_fail":  {Default: "refuse", Example: "on_fail: quarantine"},

		"examples.pass":    {Example: "pass: [{fee: 1}]"},
		"examples.fail":    {Example: "fail: [{fee: -1}]"},
		"examples.unknown": {Example: "unknown: [{fee: null}]"},
		"examples.params":  {Example: "params: {as_of: 2024-01-31}"},
	}
}
