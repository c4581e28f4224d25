package expression

import (
	"slices"
	"strings"
)

// beside is what a program knows of the rows beside the one that it judges, found when it is first asked for.
type beside struct {
	where    *Node
	index    int                       // of the row that is judged
	selected []int                     // rows that where selects, once known
	windows  map[*Node]map[int]Datum   // what each window says of them
	joined   map[string]map[string]Row // rows of other relations by their keys, for each join
}

// window is the value of a window for the row that is judged.
func (e *evaluator) window(n *Node) Datum {
	if out, ok := e.windows[n]; ok {
		return out[e.index]
	}
	outer, index := e.row, e.index
	e.choose()
	args := make([][]Datum, len(e.selected))
	for i, at := range e.selected {
		e.row, e.index = e.rows[at], at
		args[i], _ = e.arguments(n)
	}
	e.row, e.index = outer, index
	var values []Datum
	switch n.Name {
	case "unique":
		values = uniqueValues(args)
	case "zscore":
		values = scores(args)
	default:
		values = e.steps(n, args)
	}
	out := map[int]Datum{}
	for i, at := range e.selected {
		out[at] = values[i]
	}
	if e.windows == nil {
		e.windows = map[*Node]map[int]Datum{}
	}
	e.windows[n] = out
	return out[e.index]
}

// choose finds the rows that where selects.
func (e *evaluator) choose() {
	if e.selected != nil {
		return
	}
	e.selected = []int{}
	for i, row := range e.rows {
		e.row, e.index = row, i
		if e.where == nil || e.value(e.where) == true {
			e.selected = append(e.selected, i)
		}
	}
}

func uniqueValues(rows [][]Datum) []Datum {
	count := map[string]int{}
	keys := make([]string, len(rows))
	for i, row := range rows {
		for _, v := range row {
			if v == nil {
				keys[i] = ""
				break
			}
			keys[i] += jsonString(key(v))
		}
		count[keys[i]]++
	}
	out := make([]Datum, len(rows))
	for i, k := range keys {
		if !slices.Contains(rows[i], nil) {
			out[i] = count[k] == 1
		}
	}
	return out
}

func scores(rows [][]Datum) []Datum {
	var there [][]Datum
	for _, row := range rows {
		if row[0] != nil {
			there = append(there, row)
		}
	}
	out := make([]Datum, len(rows))
	deviation, ok := foldDeviation(there).(Number)
	if !ok || deviation.sign() == 0 {
		return out
	}
	mean := foldMean(there).(Number)
	for i, row := range rows {
		if x, ok := row[0].(Number); ok {
			out[i] = x.sub(mean).div(deviation)
		}
	}
	return out
}

// steps compares each value with the one before it.
func (e *evaluator) steps(n *Node, rows [][]Datum) []Datum {
	sign, op := 1, ">="
	if strings.HasSuffix(n.Name, "decreasing") {
		sign, op = -1, "<="
	}
	if strings.HasPrefix(n.Name, "strictly") {
		op = op[:1]
	}
	var there []int
	for i, row := range rows {
		if !slices.Contains(row, nil) {
			there = append(there, i)
		}
	}
	if len(n.Args) == 2 {
		slices.SortStableFunc(there, func(i, j int) int {
			if c := e.rank(rows[i][1], rows[j][1]); c != 0 {
				return c
			}
			if c := sign * e.rank(rows[i][0], rows[j][0]); c != 0 {
				return c
			}
			return e.rankTies(n.ties, e.rows[e.selected[i]], e.rows[e.selected[j]])
		})
	}
	out := make([]Datum, len(rows))
	for k, i := range there {
		out[i] = k == 0 || e.compare(op, rows[i][0], rows[there[k-1]][0]) == true
	}
	return out
}

// rankTies orders rows by their key, which has no nil; a row of a test may lack it.
func (e *evaluator) rankTies(ties []*Node, a, b Row) int {
	for _, k := range ties {
		x, y := a[k.Name], b[k.Name]
		if x == nil || y == nil {
			return 0
		}
		if c := e.rank(x, y); c != 0 {
			return c
		}
	}
	return 0
}
