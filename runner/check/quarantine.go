package check

import (
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

const quarantine = "quarantine"

// quarantines tells whether rows that fail a rule are set aside. What a document says for all of its rules is meant for those about rows
// that may refuse a batch: warnings and rules about the batch as a whole have nothing to set aside.
func (p *pass) quarantines(e *spec.Expectations, r *spec.Rule, rule model.Rule) bool {
	if !r.OnFail.Set {
		return e.Defaults != nil && e.Defaults.OnFail.Value == quarantine && !rule.Aggregate && !rule.Query && rule.Severity == diag.Error
	}
	if r.OnFail.Value != quarantine {
		return false
	}
	refuse := func(hint, message string) bool {
		p.fault("X457", r.OnFail.Place, hint, "%s", message)
		return false
	}
	switch {
	case r.SQL.Set:
		return refuse("write it as an expression over a row, or remove on_fail", "a rule in sql has no rows of the batch to set aside")
	case rule.Aggregate:
		return refuse("remove on_fail", "a rule about the batch as a whole has no rows to set aside")
	case rule.Severity == diag.Warning:
		return refuse("remove on_fail, or make the rule an error", "a warning publishes the rows that fail it, and cannot set them aside")
	}
	return true
}

// checkQuarantineDefault finds defaults that contradict each other.
func (p *pass) checkQuarantineDefault(d *spec.RuleDefaults) {
	if d.OnFail.Value == quarantine && d.Severity.Value == "warn" {
		p.fault("X457", d.OnFail.Place, "remove one of the two", "a warning publishes the rows that fail it, and cannot set them aside")
		p.relate(d.Severity.Place, "the rules are warnings")
	}
}
