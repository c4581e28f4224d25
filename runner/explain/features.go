package explain

// features are the checks of entities, feature views, feature services and training sets.
var features = group{Letter: "F", Title: "Features", advice: map[string]advice{
	"F601": {"Features are found by the key of their entity, column by column. A key that a source does not have, or has with another type, would find nothing. A snapshot with a longer key has several rows for one of the entity.", "Mend the name; say with `keys: {KEY COLUMN: COLUMN}` which column holds the key where it is called otherwise; declare one type in both places."},
	"F602": {"What was known at a time can only be told from rows that say when they happened. A snapshot has its `as_of`; a table of events, a query and a file say which column it is. Where a spine holds instants and a snapshot dates, it matters whether a date means the beginning or the end of its day.", "Name a column that is a date or a timestamp: `event_time:`. Say `as_of_time:` in the snapshot."},
	"F603": {"A live table knows only the present, so that the past would be filled with what was learnt later. A feature that is the label, or was written together with it, makes a model that is perfect in training and useless afterwards. What merely shares the table of the label is a warning.", "Read a snapshot instead of the table. Leave the feature out, or give the training set a `horizon`, so that features are older than the label."},
	"F604": {"A view, feature or column that does not exist would be found missing only when something is built or served.", "Mend the name, or declare it. A declared type is that of the column; a derived feature converts."},
	"F605": {"A value that is older than its ttl is NULL. Shorter than the time between two partitions, every feature would be NULL for the rest of it, in training and in serving.", "Write a whole number with h, d, w or mo, and at least the time between two partitions. It is left out for values that hold for ever."},
	"F606": {"Features become columns of one row, with the key beside them. Of two with one name nobody could tell which is which.", "Name it once, rename it with `{name: NEW, from: COLUMN}`, or give a view a prefix where it is used: `{view: NAME, prefix: NAME_}`."},
	"F608": {"An option that cannot be acted on, or that two places answer differently, would be found only when a training set is built.", "Do what the hint says."},
}}
