package explain

// expectations are the checks of rules as a whole, examples and tests.
var expectations = group{Letter: "X", Title: "Expectations", advice: map[string]advice{
	"X451": {"No value lies between a great number and a small one, so the rule would refuse every row.", "Write the smaller end first."},
	"X452": {"Such a rule is false of every batch, because the columns of a batch are the declared ones.", "Mend the list, or declare the column. `column_set()` is sorted; `columns()` has the order of the declaration."},
	"X453": {"A rule that is there twice is counted and printed twice. What a key or `nullable: false` guarantees, loading checks in any case.", "Keep one of the two."},
	"X454": {"A share is a part of one: 99 would mean that no batch ever passes. A number of rows is whole.", "Write at_least: 0.99, not 99 or 99%, and max_fail: 3. Rules about the batch as a whole take neither."},
	"X455": {"Nothing but keys and types is checked in such a table. For information.", "Write an expectations file with `table:`."},
	"X456": {"A rule that nothing makes fail may be one that cannot fail. It is said in projects that have tests.", "Show a row that it refuses, in `examples:` beside it or in a test."},
	"X457": {"`warnings:` is the short form of `severity: warn`: a rule in it cannot be an error as well. `on_fail: quarantine` sets failing rows aside, so it needs a rule that judges rows and is no warning. The result of a training set is judged alone and written as a whole: there is no other table and no earlier batch beside it, and no row of it is set aside.", "Move the rule to `rules:` or remove its `severity`; remove `on_fail`, or say it of a rule about rows."},
	"X458": {"Examples say what a rule means, and are tried by lint with the rule's own verdict. The finding names the values that the rule looked at, and the hint the part of it that decided.", "Mend the rule or the example, whichever is wrong."},
	"X459": {"A test about a rule that is not there tests nothing.", "Write the name of the rule, its id, or its expression as it stands in the file."},
	"X460": {"A test names rows by the values of their key: one value, or a list or mapping of several. A table without a key has numbered rows. A rule about the batch as a whole has one verdict and no rows.", "Name rows that the test has, each once."},
	"X461": {"Values written by hand are read as strictly as a file: `\"12\"` is text, `1` is not true, and nothing is rounded.", "Write a value of the column's type, and a value for every parameter that the rules mention."},
}}
