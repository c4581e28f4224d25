package feature

import (
	"slices"

	"streamflow/runner/model"
)

// besideKeys are the names that a row of an answer has beside those of its keys.
var besideKeys = []string{"features", "as_of", "status"}

// AppendRow writes what is said of one row of a request as JSON: its keys, features, as_of of each view, and the status of each feature. as_of
// is the date of a snapshot and the event time of anything else, null where nothing was found. Where a key has one of those names, all of
// them stand in an object called keys.
func (a *Answer) AppendRow(dst []byte, r Request, row int) []byte {
	dst = append(a.appendKeys(append(dst, '{'), r, row), `"features":{`...)
	values := a.Rows[row].Values
	for j, f := range a.Set.Features {
		dst = AppendJSON(appendName(dst, j, f.Name), f.Type, values[j].Text)
	}
	dst = append(dst, `},"as_of":{`...)
	for i, read := range a.Set.Reads {
		dst = appendName(dst, i, read.View.Name)
		if record := a.Rows[row].Records[i]; record != nil {
			dst = append(append(append(dst, '"'), record.When()...), '"')
		} else {
			dst = append(dst, "null"...)
		}
	}
	dst = append(dst, `},"status":{`...)
	for j, f := range a.Set.Features {
		dst = append(append(append(appendName(dst, j, f.Name), '"'), values[j].Status...), '"')
	}
	return append(dst, "}}"...)
}

// appendKeys writes the keys of a row, with a comma behind them.
func (a *Answer) appendKeys(dst []byte, r Request, row int) []byte {
	inside := slices.ContainsFunc(a.Set.Keys, func(k model.Column) bool { return slices.Contains(besideKeys, k.Name) })
	if inside {
		dst = append(dst, `"keys":{`...)
	}
	for i, k := range a.Set.Keys {
		dst = appendName(dst, i, k.Name)
		var text []byte
		if given := r.Keys[i][row]; given != nil {
			text = []byte(*given)
		}
		dst = AppendJSON(dst, k.Type, text)
	}
	if inside {
		dst = append(dst, '}')
	}
	return append(dst, ',')
}

// appendName writes the name of a value of an object, with a comma before all but the first.
func appendName(dst []byte, i int, name string) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	return append(appendText(dst, []byte(name)), ':')
}
