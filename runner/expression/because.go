package expression

// Piece is a part of an expression: rune offsets in its text, To exclusive.
type Piece struct{ From, To int }

// Reasons says why a rule judged single rows as it did. What a row needs to know of all the others is found once, so one value serves for
// all rows; it is for one goroutine.
type Reasons struct {
	rule *Node
	e    *evaluator
}

// Reasons prepares to explain the verdicts on rows, all of which the rule may look at.
func (p *Program) Reasons(rows []Row, w World) *Reasons {
	return &Reasons{p.rule, &evaluator{world: w, rows: rows, beside: beside{where: p.where}}}
}

// Of returns the operands of the rule's and/or that made its verdict on the row at an index, so that a long condition need not be taken
// apart by hand: those that are false where the whole is, those that are true or unknown likewise. It is empty where the rule is one piece.
func (r *Reasons) Of(index int) []Piece {
	r.e.row, r.e.index = r.e.rows[index], index
	out := r.e.because(r.rule, verdictOf(r.e.value(r.rule)))
	if r.e.err != nil || len(out) == 1 && out[0] == (Piece{r.rule.From, r.rule.To}) {
		return nil
	}
	return out
}

// because descends where a part has the verdict of the whole: an "and" that is not true, an "or" that is not false.
func (e *evaluator) because(n *Node, verdict Verdict) (out []Piece) {
	if n.Kind == And && verdict != True || n.Kind == Or && verdict != False {
		for _, a := range n.Args {
			if verdictOf(e.value(a)) == verdict {
				out = append(out, e.because(a, verdict)...)
			}
		}
		return out
	}
	return []Piece{{n.From, n.To}}
}
