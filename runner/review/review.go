// Package review compares the specs of two times and says what changed and what that breaks.
//
// It compares checked models, so that formatting, the order of keys and the files that documents stand in make no difference. Things are
// the same when they have the same name; a rule without one is the same when it says the same, or speaks of the same columns. How much a
// change asks of others (report.Danger) is judged from the specs alone: no database is asked, and no data.
package review

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
)

// Side is the specs of one time.
type Side struct {
	Project *model.Project
	// Env is what a rule about a table may mention; nil where that is not known.
	Env func(table string) (expression.Env, bool)
}

// Compare lists what changed between two times, sorted.
func Compare(before, after Side) []report.ReviewChange {
	c := &comparison{before: before, after: after, out: &report.Review{}}
	c.project()
	c.pipelines()
	c.tables()
	c.snapshots()
	c.entities()
	c.views()
	c.services()
	c.trainingSets()
	c.out.Sort()
	return c.out.Changes
}

// comparison is a comparison under way.
type comparison struct {
	before, after Side
	out           *report.Review
}

func (c *comparison) add(change report.ReviewChange) { c.out.Changes = append(c.out.Changes, change) }

// thing is what changes are about: its sort, its name and where it is now.
type thing struct {
	noun, name string
	at         diag.Place
	old        bool // at is where it was
	consumers  []report.Consumer
}

// added and removed are things that are only there now, or were only there before.
func (c *comparison) added(t thing, danger report.Danger, note string) {
	c.add(report.ReviewChange{Kind: t.noun + "_added", Danger: danger, Object: t.name, Note: note, Place: t.at, Consumers: t.consumers})
}

func (c *comparison) removed(t thing, danger report.Danger, note string) {
	c.add(report.ReviewChange{Kind: t.noun + "_removed", Danger: danger, Object: t.name, Note: note, Place: t.at, Old: true, Consumers: t.consumers})
}

// changed is a key of a thing whose value is another, if it is.
func (c *comparison) changed(t thing, danger report.Danger, aspect, before, after, note string) {
	if before != after {
		c.add(report.ReviewChange{Kind: t.noun + "_changed", Danger: danger, Object: t.name, Aspect: aspect, Before: before, After: after, Note: note, Place: t.at,
			Old: t.old, Consumers: t.consumers})
	}
}

// pair is two things of one name; of one that is not there the pointer is nil.
type pair[T any] struct{ before, after *T }

// pairs matches two lists by name, in the order of the new one; what is gone comes last. Of two of one name the first counts. What has no
// name, in faulty specs, is left out.
func pairs[T any](before, after []T, name func(*T) string) []pair[T] {
	old := map[string]*T{}
	for i := range before {
		if n := name(&before[i]); old[n] == nil {
			old[n] = &before[i]
		}
	}
	var out []pair[T]
	done := map[string]bool{}
	for i := range after {
		if n := name(&after[i]); n != "" && !done[n] {
			done[n] = true
			out = append(out, pair[T]{old[n], &after[i]})
		}
	}
	for i := range before {
		if n := name(&before[i]); n != "" && !done[n] {
			done[n] = true
			out = append(out, pair[T]{&before[i], nil})
		}
	}
	return out
}

// words are the texts of values, for people.
func yes(b bool) string { return strconv.FormatBool(b) }

func list(items []string) string { return strings.Join(items, ", ") }

func optional[T any](p *T) string {
	if p == nil {
		return ""
	}
	return fmt.Sprint(*p)
}

func char(r rune) string {
	if r == 0 {
		return ""
	}
	return strconv.QuoteRune(r)
}

// typeName is the name of a type; that of one which is not known is empty.
func typeName(t model.Type) string { return t.Name }

// retype says how one type is to another: what it asks of others, and why.
func retype(before, after model.Type) (danger report.Danger, verb, note string) {
	switch {
	case after.Holds(before) && before.Holds(after):
		return report.Safe, "retyped", "both hold the same values"
	case after.Holds(before):
		return report.Safe, "widened", ""
	case before.Holds(after):
		return report.Breaking, "narrowed", "a value that does not fit refuses the change; runner plan counts them"
	}
	return report.Breaking, "retyped", ""
}

// place prefers one that is known.
func place(at, other diag.Place) diag.Place {
	if at.File != "" {
		return at
	}
	return other
}

// unique drops consumers that are named twice.
func unique(consumers []report.Consumer) []report.Consumer {
	var out []report.Consumer
	for _, x := range consumers {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}
