package expression

import "streamflow/runner/model"

// joinRow is the row of another relation that the judged row is matched with, or nil.
func (e *evaluator) joinRow(join *model.Join) Row {
	rows, known := e.joined[join.Alias]
	if !known {
		rows = e.indexed(join)
	}
	k, ok := matched(join, e.row, 0)
	if !ok {
		return nil
	}
	return rows[k]
}

// indexed sorts the rows of a relation by the key that a join matches.
func (e *evaluator) indexed(join *model.Join) map[string]Row {
	list, there := e.world.Tables[join.Table]
	if join.Kind == model.Before {
		list, there = e.world.Before, e.world.Before != nil
	}
	if !there {
		what := join.Table
		if join.Kind == model.Before {
			what = "an earlier freeze"
		}
		e.fail(missing("rows of %s", what))
	}
	out := map[string]Row{}
	for _, row := range list {
		if k, ok := matched(join, row, 1); ok {
			out[k] = row
		}
	}
	if e.joined == nil {
		e.joined = map[string]map[string]Row{}
	}
	e.joined[join.Alias] = out
	return out
}

// matched is the key of a row by one side of a join; a row without it is matched with nothing.
func matched(join *model.Join, row Row, side int) (string, bool) {
	out := ""
	for _, on := range join.On {
		v := row[on[side]]
		if v == nil {
			return "", false
		}
		out += jsonString(key(v))
	}
	return out, true
}

// joinRef is a column of a joined row, nil where there is none.
func (e *evaluator) joinRef(n *Node) Datum {
	row := e.joinRow(n.join)
	if row == nil {
		return nil
	}
	for _, on := range n.join.On {
		if on[1] == n.Name {
			return e.row[on[0]]
		}
	}
	return row[n.Name]
}

// exists tells whether the joined row is there; unknown where a column of the judged row is nil.
func (e *evaluator) exists(n *Node) Datum {
	if _, complete := e.arguments(n); !complete {
		return nil
	}
	return e.joinRow(n.join) != nil
}
