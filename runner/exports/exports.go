// Package exports writes what a project declares in the words of other tools.
//
// It is pure: it returns files, and somebody else writes them.
package exports

// File is one file of an export: its path below the folder of the export, with slashes, and its text.
type File struct {
	Path string
	Text string
}
