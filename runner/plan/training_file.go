package plan

import "streamflow/runner/model"

// FileTable is a temporary table for the rows of a file that is only read, under a name that belongs to no table.
func FileTable(name string, columns []model.Column, source model.Source) *Table {
	load := &model.Load{Table: model.Table{Name: name, Columns: columns}, Source: source, Origin: source.Origin}
	for _, c := range columns {
		load.Reading = append(load.Reading, model.Reading{Column: c.Name})
	}
	return &Table{Load: load, Live: load.Table, Stage: tempName("file_", name)}
}
