package expression

import "streamflow/runner/model"

// Trial is an expression that is tried on rows. Of a condition it is the compiled rule; of any other value SQL is empty, and Value
// computes it, in the same words as a rule's measures.
type Trial struct {
	Rule
	Text  string
	Type  model.Type
	Value model.Measure
	Parts []Trial // the conditions that a condition is made of, outer ones first
}

// Try compiles an expression of any type, and the text that selects its rows, which may be empty. The faults are those of CompileRule.
func Try(text, where string, env Env) (Trial, []Fault, []Fault) {
	c := &checker{env: env}
	root := c.parse(text, "expression")
	out := Trial{Text: text}
	if root != nil && root.Type.Family != model.Boolean {
		return tryValue(text, where, env, root)
	}
	rule, faults, whereFaults := CompileRule(text, where, env)
	out.Rule, out.Type = rule, boolType
	if root == nil || hasErrors(faults) || hasErrors(whereFaults) {
		return out, faults, whereFaults
	}
	for _, at := range conditions(root) {
		part := string(c.src.runes[at.from:at.to])
		compiled, partFaults, _ := CompileRule(part, where, env) // a part with a name of let has no meaning alone
		if part != text && !hasErrors(partFaults) && compiled.SQL != "" {
			out.Parts = append(out.Parts, Trial{Rule: compiled, Text: part, Type: boolType})
		}
	}
	return out, faults, whereFaults
}

// tryValue compiles an expression that is not a condition. It rests on a condition about it, which brings along what it needs.
func tryValue(text, where string, env Env, root *Node) (Trial, []Fault, []Fault) {
	rule, faults, whereFaults := CompileRule("("+text+") != nil", where, env)
	out := Trial{Rule: rule, Text: text, Type: root.Type}
	for i := range faults { // they stand one bracket further on
		faults[i].From, faults[i].To = max(0, faults[i].From-1), max(0, faults[i].To-1)
	}
	if rule.SQL == "" {
		return out, faults, whereFaults
	}
	c := &checker{env: env, whereText: where}
	if root = c.parse(text, "expression"); root != nil {
		out.Value = model.Measure{Text: text, SQL: c.emit(root, rule.Where)}
	}
	out.SQL, out.Measures = "", nil
	return out, faults, whereFaults
}

// conditions are the places of the conditions that a condition joins, without itself.
func conditions(root *Node) []span {
	var out []span
	var walk func(n *Node)
	walk = func(n *Node) {
		for _, arg := range n.Args {
			if arg.Type.Family != model.Boolean {
				continue
			}
			at := span{arg.From, arg.To}
			known := arg.Kind == Literal || at.to <= at.from || at == span{root.From, root.To}
			for _, o := range out {
				known = known || o == at
			}
			if !known {
				out = append(out, at)
			}
			walk(arg)
		}
	}
	switch root.Kind {
	case And, Or, Not, If, Coalesce:
		walk(root)
	}
	return out
}
