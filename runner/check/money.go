package check

import (
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// checkMoney warns of money in floating point (T308).
func (p *pass) checkMoney(name spec.Str, c *spec.Column, typ model.Type) {
	if typ.Family == model.Float && model.Money(name.Value) {
		p.fault("T308", c.Type.Place, "numeric keeps every digit; numeric(12,2) has two places",
			"%q seems to hold money, and %s keeps no cents exactly", name.Value, typ.Name)
	}
}
