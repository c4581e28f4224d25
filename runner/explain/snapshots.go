package explain

// snapshots are the checks of snapshots.
var snapshots = group{Letter: "S", Title: "Snapshots", advice: map[string]advice{
	"S501": {"A snapshot is made from the batch of one run, so its table belongs to the same pipeline.", "Name a table of this pipeline, or move the snapshot."},
	"S502": {"Rows are frozen under the date parameter `as_of` and compared by value. So there is such a parameter, no column of that name, and every column can be compared.", "Do what the hint says."},
	"S503": {"Features of the past can only be built from frozen columns. For information.", "Add the columns that may be needed, or leave it."},
}}
