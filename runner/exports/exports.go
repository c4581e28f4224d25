// Package exports writes what a project declares in the words of other tools.
package exports
