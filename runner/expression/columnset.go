package expression

import (
	"slices"
	"strings"
)

// checkColumns compares a list of names with the declared columns, where the list stands beside columns() or column_set(): a rule that
// names a column that nobody declares, forgets one or has them in another order is false of every batch.
func (c *checker) checkColumns(catalog, list *Node) {
	if catalog.Kind != Aggregate || catalog.Name != "columns" && catalog.Name != "column_set" || list.Kind != List || len(c.env.Columns) == 0 {
		return
	}
	var listed []string
	for _, e := range list.Args {
		if e.Kind != Literal {
			return
		}
		listed = append(listed, e.Text)
	}
	known := true
	for _, e := range list.Args {
		known = c.declaredColumn(e) && known
	}
	var declared, needed []string
	for _, col := range c.env.Columns {
		declared = append(declared, col.Name)
		if !col.Optional {
			needed = append(needed, col.Name)
		}
	}
	at := span{list.From, list.To}
	forgotten := slices.DeleteFunc(needed, func(name string) bool { return slices.Contains(listed, name) })
	if len(forgotten) > 0 {
		c.fault(columnSet, at, "the declared columns are "+strings.Join(declared, ", "), "the list forgets %s", strings.Join(forgotten, ", "))
		return
	}
	if catalog.Name == "column_set" {
		slices.Sort(declared)
	}
	order := slices.DeleteFunc(declared, func(name string) bool { return !slices.Contains(listed, name) })
	if known && !slices.Equal(order, listed) && len(order) == len(listed) {
		c.fault(columnSet, at, `write ["`+strings.Join(order, `", "`)+`"]`, "%s() has the columns in another order", catalog.Name)
	}
}

// declaredColumn tells whether a text is the name of a declared column, and reports it when not.
func (c *checker) declaredColumn(name *Node) bool {
	if _, ok := c.columns[name.Text]; ok || name.Kind != Literal {
		return true
	}
	var names []string
	for _, col := range c.env.Columns {
		names = append(names, col.Name)
	}
	c.misspelt(columnSet, span{name.From, name.To}, name.Text, names, hints(didYouMean(name.Text, names), listed("columns", names)), "%s is no declared column", quoted(name.Text))
	return false
}
