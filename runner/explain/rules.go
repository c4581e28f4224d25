package explain

// rules are the checks of expressions.
var rules = group{Letter: "E", Title: "Rules", advice: map[string]advice{
	"E401": {"The rule language is that of expr. Habits from SQL and Python are recognized, and the hint says how it is written here.", "Write the expression as the hint shows."},
	"E402": {"Expressions know the columns of their table, the parameters of its pipeline and the functions of the language. A name that is none of them would make the rule fail when it runs.", "Mend the name, or declare the column or parameter."},
	"E403": {"Types are checked against the declared columns, and nothing is converted silently: a number compared as text would pass by accident.", "Convert with a function such as `number(...)` or `date(...)`, or declare the column with its real type."},
	"E404": {"A rule says what must be true. A number or a text is neither true nor false.", "Compare it with something."},
	"E405": {"A row whose verdict is unknown does not fail. It is counted as unknown, and easily overlooked. Said once for each column of a table, and not of columns that some rule compares with nil. For information.", "Say what NULL means: a rule such as `fee != nil`, `fee ?? 0` in its place, a `where`, or `nulls: fail` or `nulls: pass` for the rule or in the file's `defaults`."},
	"E406": {"A rule that says the same of every row judges nothing, and looks as if it did.", "Mend the value or the column that was meant, or remove the part. What is never false may still be unknown, where the column is NULL."},
	"E407": {"Constants are evaluated by lint, so that a run does not stumble over them.", "Mend the date, pattern or divisor."},
	"E408": {"Expressions run as SQL in the database. Only what means the same there is allowed.", "Use a function of the language; `docs/expectations.md` lists them."},
	"E409": {"The same batch must get the same verdict tomorrow, or a frozen month could not be checked again.", "Use a parameter of the run, such as `as_of`."},
	"E410": {"In floating point 0.1 + 0.2 is not 0.3, so `==` hits or misses by luck.", "Declare the column `numeric`, or allow a distance: `abs(a - b) < 0.01`."},
	"E411": {"An element that comes twice is a typing error more often than not; elements of several types can never all match.", "Keep one of the two, and write all elements in one type."},
	"E412": {"The SQL of such an expression would take longer to plan than to run.", "Split it into several rules."},
	"E413": {"Were a let called like a column, a reader could not tell which of the two a rule judges; one that is never used was forgotten, or is misspelt where it should be used.", "Give it a name of its own, or remove it."},
}}
