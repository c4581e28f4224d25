package explain

// tables are the checks of tables, their columns and how files are read.
var tables = group{Letter: "T", Title: "Tables", advice: map[string]advice{
	"T301": {"Without a key, rows can be neither updated nor compared with a frozen month.", "Write `primary_key:`. Only `mode: append` does without."},
	"T302": {"A key identifies a row, so it is there in every row. A column that may be missing from the file needs something to stand for it.", "Remove `nullable` or `optional` from key columns; give other optional columns a `default`, or let them be NULL."},
	"T303": {"Columns are made with this type in the database.", "Write a type of Postgres, or one of its aliases."},
	"T304": {"`runner apply` refuses such a file. Lint reads the beginning of the files that are there, of the last 100 partitions of each table, by the same rules. It is a warning here, because the spec may be ahead of the data.", "Name the field with `from:`, declare it, or say `optional: true` of a column and `unknown_columns: ignore` of a source. Where only letters and signs differ, `match: loose` is enough."},
	"T305": {"Rows of such a table can be added and deleted, never changed. For information.", "Leave it when that is meant, or shorten the key."},
	"T306": {"Postgres keeps 63 bytes of a name, and some names belong to Postgres, to runner or to the rule language.", "Choose another name. A column keeps its name in the file with `from:`."},
	"T307": {"A column wins over a parameter of the same name. Whoever writes such a name may have meant the other. (A column never hides a function: `len(len)` is the length of the column `len`.)", "Write `params.NAME` for the parameter, or `$env[\"NAME\"]` for the column."},
	"T308": {"29.85 in floating point is 29.850000381469727 or so, and sums go wrong by cents. Told by the name of the column; shares, means and scores of money are left alone.", "Declare it `numeric`, or `numeric(12,2)`."},
	"T309": {"A default is stored in place of absent cells, so it must be a value of the column without any loss.", "Write a value of the type, as Postgres writes it (`0.5`, `2024-01-31`, `true`)."},
	"T310": {"An option of reading that contradicts another, does not exist or has nothing to act on would change values without a word, or do nothing.", "Remove it or mend it, as the hint says."},
	"T311": {"Options of a table that do not go together would leave it open which of them counts.", "Keep the one that is meant."},
	"T312": {"With `renamed_from` a run renames the column in the database instead of adding a new one. It must be clear from which.", "Write the old name, once. Remove the key when every database has been changed."},
	"T313": {"Two columns from one field are a copying error more often than not.", "Name the field that was meant. To keep a second form of a value, compute it with `value:`."},
}}
