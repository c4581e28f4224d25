package report

import "strings"

// schema lists what was changed, is to be changed, or was found to differ.
func (o *printer) schema(changes []Change) {
	if len(changes) == 0 {
		return
	}
	rows := make([][]string, 0, len(changes))
	for _, c := range changes {
		rows = append(rows, []string{o.changeMark(c), c.Object, c.Detail, o.p.dim(c.Origin.String())})
	}
	o.line("")
	o.grid([]head{{"SCHEMA", false}, {"", false}, {"", false}, {"", false}}, rows)
	for _, c := range changes {
		if c.Hint != "" {
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

// steps prints intended work, one line per kind of step and run of subjects.
func (o *printer) steps(steps []Step) {
	var rows [][]string
	for _, s := range steps {
		if n := len(rows); n > 0 && rows[n-1][0] == s.Name && s.Subject != "" && len(rows[n-1][1])+len(s.Subject) < 90 {
			rows[n-1][1] += ", " + s.Subject
			continue
		}
		rows = append(rows, []string{s.Name, s.Subject})
	}
	for i := len(rows) - 1; i > 0; i-- {
		if rows[i][0] == rows[i-1][0] {
			rows[i][0] = ""
		}
	}
	if len(rows) == 0 {
		return
	}
	o.line("")
	o.grid([]head{{"STEPS", false}, {strings.Repeat(" ", 1), false}}, rows)
}
