package explain

// pipelines are the checks of parameters, partitions, targets.
var pipelines = group{Letter: "P", Title: "Pipelines", advice: map[string]advice{
	"P701": {"A parameter that is in no path, rule or value changes nothing, whatever it is given; so does an entity without a view, and a view that no service, training set or pipeline uses. For information. What tells partitions apart is used.", "Remove it, or use it."},
	"P702": {"`lint: {naming: {table: \"[a-z_]+\", snapshot: \".*_snapshots\"}}` in `runner.yaml` gives a regular expression for each kind of name, which the whole name has to match: `pipeline`, `param`, `table`, `column`, `snapshot`, `rule`, `entity`, `feature_view`, `feature_service`, `training_set`. Without one, tables, columns and snapshots whose names need quotes in SQL are told for information.", "Rename it. A column keeps its name in the file with `from:`, and its values with `renamed_from:`."},
	"P703": {"Asked for by `lint: {require: [owner, description]}` in `runner.yaml`, of every pipeline, table, snapshot and document of features. The owner of a pipeline, or of `defaults`, is that of its tables.", "Write it."},
	"P705": {"A parameter is a value of its type wherever it is used: in paths, in rules and as the date of a snapshot.", "Give it a type, and a default that is a value of that type. `as_of` is a `date`."},
	"P706": {"A partition selects one month with all that belongs to it. What one partition leaves out would have to be guessed.", "Give each partition its own `as_of`, and a value for every parameter that another partition gives."},
	"P707": {"A wrong word here is found only when somebody connects, and then at night.", "Write `embedded`, a URL that begins with `postgres://`, pairs such as `host=db1 dbname=shop`, or `${env:NAME}`."},
}}
