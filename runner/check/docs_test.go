package check

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamflow/runner/internal/diag"
)

// advice says for each finding why it is one and what to do. The hints of the findings themselves are in the output of the examples.
var advice = map[string]string{
	"Y101": "Nothing of the file can be trusted after this place. Quote texts that hold `: `, `#`, `{` or `[`, and indent with blanks.",
	"Y102": "YAML parsers differ in which of the two they keep. Remove one.",
	"Y103": "A key that is not read would be a rule or an option that silently does nothing.",
	"Y104": "Add the key.",
	"Y105": "Write a value of the kind that the message names.",
	"Y106": "YAML reads some unquoted words as numbers, dates or booleans. Quote what is meant as text.",
	"Y107": "Quote the expression, or write it in a block scalar (`|`).",
	"Y108": "Remove an anchor that nothing uses; never put an alias inside of its own anchor.",
	"Y109": "Specs are UTF-8 text without NUL. An empty file is probably a forgotten one.",
	"Y110": "Templates are `${param}`, `${date:%Y-%m}`, `${env:NAME}` and `${env:NAME:-default}`, in values only. Write `$${` for the characters themselves.",
	"Y111": "Write the new name. The old one is still read.",
	"Y113": "The key is known, and its feature comes with a later version. It is an error because ignoring it would change what a run does.",
	"Y114": "The document is kept for later versions and does nothing now.",
	"P707": "A target is the word `embedded`, a URL that begins with `postgres://`, pairs such as `host=db1 dbname=shop`, or an environment variable that holds one of them.",
	"R201": "References and expectations name tables of the project. A table may be declared in any pipeline.",
	"R202": "Keys, references, indexes, times and snapshots name declared columns.",
	"R204": "A warning, because lint in CI has no data; `runner apply` refuses the partition until the file is there.",
	"R205": "Names are compared without case, because readers and other programs do so. Tables and snapshots share one space of names.",
	"R206": "Parents are written before children, which a circle makes impossible. Mark one reference with `severity: warn`, or drop it.",
	"R207": "A spec works on every machine and reads nothing outside of the project. Folders elsewhere come by `-p` or the environment, secrets by `${env:NAME}`.",
	"R208": "Declare the parameter under `params:`.",
	"R209": "A reference gives one column for each column of the other table's key, of the same kind of type, in the order of the key.",
	"T301": "Without a key, rows can be neither updated nor compared with a frozen month. Only `mode: append` can do without.",
	"T302": "A key identifies a row, so it is there in every row. An optional column that may not be NULL needs a `default`.",
	"T303": "Types are those of Postgres, with its aliases.",
	"T305": "For information: rows of such a table are added and deleted, never updated.",
	"T306": "Names have 1 to 63 bytes. Some belong to Postgres, some to runner. A word of the rule language is possible, but awkward in rules.",
	"T309": "A default is written as a cell of a file would be, without loss.",
	"T310": "These options would be ignored or ambiguous when the file is read.",
	"T311": "These options of the table contradict each other.",
	"T312": "A column has one old name, which nothing else has now. When the database has been changed everywhere, remove `renamed_from`.",
	"T313": "Two columns from one field are a copying error more often than not. To keep a second form of a value, compute it with `value:`.",
	"P705": "`as_of` is a date. A default must be a value of the parameter's type.",
	"P706": "Each partition is one `as_of`, and gives what the other partitions give.",
	"S501": "A snapshot is made from the batch of a table of its own pipeline.",
	"S502": "Rows are frozen under the date parameter `as_of` and compared by value, so there is such a parameter, no column of that name, and every column can be compared.",
	"S503": "For information: features can only be built from frozen columns.",
	"X453": "Keep one of the two.",
	"X454": "Shares are written as 0.99, not as 99 or 99%.",
	"X455": "For information: nothing but keys and types is checked in this table.",
	"X457": "`warnings:` is the short form of `severity: warn`, so a rule in it cannot be an error.",
	"E401": "The rule language is that of expr, with hints for habits from SQL and Python.",
	"E402": "Expressions know the columns of their table, the parameters of its pipeline and the functions of the language.",
	"E403": "Types are checked against the declared columns. Nothing is converted silently.",
	"E404": "A rule says what must be true, so it compares something.",
	"E406": "Such a rule judges nothing.",
	"E407": "Constants are evaluated by lint: dates, patterns, divisors.",
	"E408": "Expressions run as SQL in the database, and only what means the same there is allowed.",
	"E409": "The same batch must get the same verdict tomorrow. Use a parameter such as `as_of`.",
	"E410": "0.1 + 0.2 is not 0.3 in floating point. Declare the column numeric, or allow a distance.",
	"E411": "A repeated element is a typing error more often than not; elements of several types never match.",
	"E412": "Split the rule.",
}

const docsHead = `# What lint finds

<!-- Written by go test ./runner/check -update; edit the cases in runner/check/testdata/err or the advice in docs_test.go instead. -->

Every finding of ` + "`runner lint`" + ` has an id that never changes, a name and a severity. Errors end with exit code 2, and
` + "`runner apply`" + ` refuses specs that have any; information is shown with ` + "`--format json`" + ` only. Some findings come milder than listed where less is at
stake. Each example below is run by the tests, and its output is what lint prints.

`

// TestDocs holds docs/checks.md against the golden cases, or writes it with -update.
func TestDocs(t *testing.T) {
	var b strings.Builder
	b.WriteString(docsHead)
	for _, f := range All() {
		if advice[f.ID] == "" {
			t.Errorf("%s %s has no advice", f.ID, f.Name)
		}
		fmt.Fprintf(&b, "## %s %s\n\n%s: %s.\n\n%s\n\n", f.ID, f.Name, capital(f.Severity.String()), f.Title, advice[f.ID])
		if name := caseOf(t, f.ID); name != "" {
			writeExample(t, &b, f, name)
		}
	}
	golden(t, "../../docs/checks.md", strings.TrimRight(b.String(), "\n")+"\n")
}

// writeExample shows a case and its findings, without information about something else.
func writeExample(t *testing.T, b *strings.Builder, f Finding, name string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	list, _ := lint(t, project(t, name))
	var own diag.List
	for _, d := range list {
		if d.ID == f.ID {
			own = append(own, d)
		}
	}
	fsys := project(t, name)
	sources := map[string][]byte{}
	for path, file := range fsys {
		sources[path] = file.Data
	}
	out := printed(t, own, sources)
	out = out[:max(strings.LastIndex(strings.TrimRight(out, "\n"), "\n\n"), 0)]
	lang := strings.TrimPrefix(filepath.Ext(name), ".")
	fmt.Fprintf(b, "```%s\n%s```\n\n```text\n%s\n```\n\n", lang, text, out)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
