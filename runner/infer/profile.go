package infer

import "streamflow/runner/source"

// profile is what one pass over one file has found.
type profile struct {
	rows    int64
	columns []*column
}

// profiler fills a profile.
type profiler struct {
	profile
	manners []manner
	scratch []byte
}

func newProfiler(ways []manner) *profiler {
	return &profiler{manners: ways}
}

// header begins with the names of the fields. What is remembered of a column shrinks with their number.
func (p *profiler) header(names []string) {
	room := min(max(printsInAll/max(len(names), 1)/2, fewestPrints), mostPrints)
	for _, name := range names {
		p.columns = append(p.columns, newColumn(name, room))
	}
}

func (p *profiler) row(cells []source.Cell) {
	p.rows++
	for i := range cells {
		p.columns[i].take(p, cells[i])
	}
}
