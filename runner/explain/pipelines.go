package explain

// pipelines are the checks of parameters, partitions, targets.
var pipelines = group{Letter: "P", Title: "Pipelines", advice: map[string]advice{
	"P705": {"A parameter is a value of its type wherever it is used: in paths, in rules and as the date of a snapshot.", "Give it a type, and a default that is a value of that type. `as_of` is a `date`."},
	"P706": {"A partition selects one month with all that belongs to it. What one partition leaves out would have to be guessed.", "Give each partition its own `as_of`, and a value for every parameter that another partition gives."},
	"P707": {"A wrong word here is found only when somebody connects, and then at night.", "Write `embedded`, a URL that begins with `postgres://`, pairs such as `host=db1 dbname=shop`, or `${env:NAME}`."},
}}
