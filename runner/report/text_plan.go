package report

import "slices"

// schema lists what was changed, is to be changed, or was found to differ. planned says that nothing was meant to be changed yet.
func (o *printer) schema(changes []Change, planned bool) {
	if len(changes) == 0 {
		return
	}
	state := ""
	if !planned && !slices.ContainsFunc(changes, func(c Change) bool { return c.Done }) {
		state = "NOT CHANGED"
	}
	rows := make([][]string, 0, len(changes))
	for _, c := range changes {
		rows = append(rows, []string{o.changeMark(c), c.Object, c.Detail, o.p.dim(c.Origin.String())})
	}
	o.line("")
	o.grid([]head{{"SCHEMA", false}, {state, false}, {"", false}, {"", false}}, rows)
	for _, c := range changes {
		if c.Hint != "" && !c.Blocked { // the hint of a refused change stands with its error
			o.line("%s %s: %s", o.p.cyan("hint:"), c.Object, c.Hint)
		}
	}
}

func (o *printer) changeMark(c Change) string {
	switch {
	case c.Blocked || c.Action == "refused":
		return o.p.red("refused")
	case c.Action == "drift":
		return o.p.yellow(c.Action)
	}
	return o.p.green(c.Action)
}

// steps prints intended work, one line per step; the name stands where it changes.
func (o *printer) steps(steps []Step) {
	rows := make([][]string, len(steps))
	for i, s := range steps {
		rows[i] = []string{s.Name, s.Subject}
		if i > 0 && steps[i-1].Name == s.Name {
			rows[i][0] = ""
		}
	}
	if len(rows) == 0 {
		return
	}
	o.line("")
	o.grid([]head{{"STEPS", false}, {"", false}}, rows)
}
