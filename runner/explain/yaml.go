package explain

// yaml are the checks of the text of a spec, before anything is known of its meaning.
var yaml = group{Letter: "Y", Title: "YAML", advice: map[string]advice{
	"Y101": {"Nothing behind this place can be read.", "Quote texts that hold `: `, `#`, `{` or `[`, and indent with blanks."},
	"Y102": {"Readers of YAML differ in which of the two they keep.", "Remove one."},
	"Y103": {"A key that is not read would be a rule or an option that silently does nothing.", "Mend it; the hint lists the keys that are known here."},
	"Y104": {"Without this key it is not known what to do.", "Add the key."},
	"Y105": {"The value is not of the kind that the key takes, and nothing is converted by guessing.", "Write a value as the message says."},
	"Y106": {"YAML reads some unquoted words as numbers, dates or truth values, and other readers of the file do so differently.", "Quote what is meant as text."},
	"Y107": {"A `#` begins a comment in YAML, and `!` a tag: a part of the expression would be lost, and the rest would mean something else.", "Quote the expression, or write it in a block (`|`)."},
	"Y108": {"An anchor that nobody uses is a forgotten one; one that contains itself has no end. Keys beside a merge (`<<`) win over the merged ones wherever they stand, and who reads downwards expects the opposite of those above it.", "Remove it, or use it. Write `<<` first."},
	"Y109": {"Specs are UTF-8 text. An empty file is probably a forgotten one.", "Save it as UTF-8 without odd characters, or remove it."},
	"Y110": {"`${param}`, `${date:%Y-%m}`, `${env:NAME}` and `${env:NAME:-default}` are replaced in values such as paths, and nowhere else.", "Mend it. Write `$${` for the characters themselves, and `params.NAME` in rules."},
	"Y111": {"The key has a new name. The old one is still read.", "Write the new name."},
	"Y112": {"A comment such as `# runner:ignore X455 -- reason` hides a finding from everybody who comes later, so it must be right: it names checks that exist and that find something there, has not expired, and hides no error. [What lint is told not to show](lint.md) has the whole of it.", "Do what the hint says. An error is mended, not ignored."},
	"Y113": {"The key is known, and its feature comes with a later version. Ignoring it would change what a run does.", "Remove it until then."},
}}
