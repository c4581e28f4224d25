package expression

// Piece is a part of an expression: rune offsets in its text, To exclusive.
type Piece struct{ From, To int }

// Because returns the operands of a rule's and/or that made its verdict on a row, so that a long condition need not be taken apart by
// hand: those that are false where the whole is, those that are true or unknown likewise. It is empty where the rule is one piece.
//
// The row is the one at an index of rows, all of which the rule may look at.
func (p *Program) Because(index int, rows []Row, w World) []Piece {
	e := &evaluator{world: w, rows: rows, row: rows[index], beside: beside{where: p.where, index: index}}
	out := e.because(p.rule, verdictOf(e.value(p.rule)))
	if e.err != nil || len(out) == 1 && out[0] == (Piece{p.rule.From, p.rule.To}) {
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
