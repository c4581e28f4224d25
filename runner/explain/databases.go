package explain

// databases are the checks of what only a plan or a database shows.
var databases = group{Letter: "D", Title: "Plans and databases", advice: map[string]advice{
	"D801": {"Rows that are dropped are gone. runner drops nothing that was not named, and counts what would be lost first.", "Keep the table in the spec, or allow it by name with `--allow-drop TABLE`."},
	"D802": {"Values that are dropped are gone. runner drops nothing that was not named, and counts what would be lost first.", "Keep the column in the spec, or allow it by name with `--allow-drop TABLE.COLUMN`."},
	"D803": {"A value that does not fit would be cut, rounded or refused in the middle of a run. The values are counted before anything is changed.", "Keep the wider type, or mend the values that do not fit."},
	"D804": {"A column cannot be made NOT NULL while it holds NULLs, or when a new one has nothing to put into the rows that are there.", "Let it be nullable, give it a `default`, or fill the rows first."},
	"D805": {"A key or a unique index cannot be made over rows that are there twice.", "Choose columns that are unique, or remove the duplicates; the finding shows some of them."},
	"D806": {"A column that was renamed in the spec only looks like one that went away and another that is empty: the old values stay behind in the old one.", "Write `renamed_from` when it is the same column."},
	"D807": {"While Postgres rewrites a table, reads the whole of it under a lock or builds an index, others wait. It is said of tables from 100,000 rows on.", "Do it when nobody needs the table, or part the change into steps."},
	"D808": {"A frozen month is what training sets and reports were made from. It does not change by accident.", "Find out why the file has changed. When it is right now, say so: `--restate` with a `--reason`."},
	"D809": {"A file that is cut off, of another month or of another unit looks like a large change. A plan warns when more than half of the values of a table would change or of its rows be deleted, and when a batch has lost a tenth of the partition before; a batch that has lost half is refused (`max_shrink`). Tables of less than 10 rows are left out.", "Look at the file. When it is right, `max_shrink` and the rules of the table say how much may change."},
	"D810": {"Somebody changed the table by hand, or the spec has not been applied yet.", "Change the spec or the table, so that both say the same; `runner apply` makes what is missing."},
	"D811": {"Every statement that a run would execute is prepared on the server, which knows its own types, functions and privileges.", "Do what the server's message says; when a rule is in `sql:`, mend that."},
}}
