package plan

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/model"
)

// The methods of the join. They give the same rows.
//
// On Citus a spine in a local table goes with all of them but JoinIndex, which is a lateral join and wants a spine that is distributed by the same
// key.
const (
	// JoinIndex looks into an index over key and time once for each spine row. The spine is put in order first, so that neighbours look at
	// the same pages and the answer comes out in order: half the work of looking in any order and sorting at the end.
	JoinIndex = "index"
	// JoinRanges reads the source once, says of each row until when it is the newest, and hashes by key.
	JoinRanges = "ranges"
	// JoinMerge walks the spine and the source side by side, in the order of key and time. It needs no index, and a key with any number of
	// rows on both sides costs no more than another.
	JoinMerge = "merge"
	// JoinFreezes matches each row with the newest freeze of its time, which is all that join: snapshot asks for.
	JoinFreezes = "freezes"
	// JoinNothing is for a snapshot without a freeze.
	JoinNothing = "nothing"
)

// JoinMethods are the methods that can be asked for.
func JoinMethods() []string { return []string{JoinIndex, JoinRanges, JoinMerge} }

// Method says how a view is joined, and why so.
type Method struct {
	View   string
	Source string // a table or snapshot, or "query"
	Name   string // JoinIndex or a like
	Reason string
}

// Methods are those of the views, in order of first use.
func (h *History) Methods() []Method {
	var out []Method
	for _, v := range model.Views(h.want.Features) {
		l := h.lookupOf(v)
		out = append(out, Method{View: v.Name, Source: l.name(), Name: l.method, Reason: l.reason})
	}
	return out
}

func (l *lookup) name() string {
	if l.source.Name == "" {
		return "query"
	}
	return l.source.Name
}

// choose takes a method for a lookup.
func (h *History) choose(l *lookup) (method, reason string) {
	switch {
	case l.dates != nil && len(l.dates.freezes) == 0:
		return JoinNothing, "nothing is frozen"
	case !l.latest:
		return JoinFreezes, "only the newest freeze of each time counts"
	case slices.Contains(JoinMethods(), h.want.Method):
		return h.want.Method, "asked for"
	}
	rows, known := h.want.Sizes[l.source.Name]
	known = known && rows >= 0 && l.source.Name != "" && h.spine.Count >= 0
	switch {
	case !h.indexed(l):
		return JoinMerge, "no index over " + strings.Join(append(l.sourceKeys(), l.source.EventTime), ", ")
	case known && l.dates != nil && h.spine.Count >= rows: // a key has few dates, so that its ranges are few
		return JoinRanges, fmt.Sprintf("%d rows to fill, and the snapshot has %d: it is read once", h.spine.Count, rows)
	case known:
		return JoinIndex, fmt.Sprintf("%d rows to fill, and the source has %d", h.spine.Count, rows)
	}
	return JoinIndex, "it has an index over key and time"
}

func (l *lookup) sourceKeys() []string {
	var out []string
	for _, k := range l.keys {
		out = append(out, k.source.Name)
	}
	return out
}

// indexed tells whether an index gives the rows of a key by their time: one that begins with columns of the key, enough of them to tell keys
// apart, and goes on with the time.
func (h *History) indexed(l *lookup) bool {
	keys := l.sourceKeys()
	for _, columns := range h.indexes(l.source) {
		n := slices.IndexFunc(columns, func(c string) bool { return !slices.Contains(keys, c) })
		if n < 1 || columns[n] != l.source.EventTime {
			continue
		}
		apart := func(c string) bool { return slices.Contains(columns[:n], c) }
		if n == len(keys) || l.source.Snapshot && !slices.ContainsFunc(l.source.Key, func(c string) bool { return !apart(c) }) {
			return true
		}
	}
	return false
}

// indexes are the column lists of the declared indexes of a source.
func (h *History) indexes(source model.FeatureSource) [][]string {
	if source.Snapshot {
		return [][]string{append(slices.Clone(source.Key), source.EventTime)}
	}
	var out [][]string
	for _, pl := range h.project.Pipelines {
		for _, load := range pl.Loads {
			if load.Table.Name == source.Name {
				out = append(out, load.Table.PrimaryKey)
				for _, ix := range load.Table.Indexes {
					out = append(out, ix.Columns)
				}
			}
		}
	}
	return out
}
