package explain

// references are the checks of names that point at something else.
var references = group{Letter: "R", Title: "References", advice: map[string]advice{
	"R201": {"References and expectations name tables of the project. A rule about a table that does not exist would never run.", "Mend the name. The table may be declared in any pipeline."},
	"R202": {"Keys, references, indexes, times and snapshots name declared columns.", "Mend the name, or declare the column."},
	"R203": {"A test that names a file is about the rules of that file.", "Mend the path, which begins at the project, or write `table: NAME` for the rules of a table in all files."},
	"R204": {"`runner apply` refuses a partition whose file is missing. It is a warning here, because lint in CI has no data.", "Put the file there, or mend the path."},
	"R205": {"Names are compared without case, because files, people and other programs do so. Tables and snapshots share one space of names, because both are tables of the database.", "Rename one of the two."},
	"R206": {"A parent is written before its children, which a circle makes impossible.", "Mark one of the references with `severity: warn`, or leave it out."},
	"R207": {"A spec is committed: it works on every machine, reads nothing outside of the project, and holds no secret.", "Write paths below the project. Folders elsewhere come by `-p` or the environment, secrets by `${env:NAME}`."},
	"R208": {"`${...}` is replaced by a value that somebody must be able to give.", "Declare the parameter under `params:`, or mend its name. Where a value is fixed, write the value."},
	"R209": {"A reference is looked up by the whole key of the other table, and values of different types are never equal.", "Give one column for each column of the key, in the order of the key and of the same type."},
}}
