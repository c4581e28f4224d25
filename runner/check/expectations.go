package check

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// checkExpectations compiles the rules of one document and gives them to what they speak of.
func (p *pass) checkExpectations(e *spec.Expectations) {
	t := p.ruled(e)
	if t == nil {
		return
	}
	t.ruled = t.ruled || len(e.Rules)+len(e.Warnings) > 0
	if e.Defaults != nil {
		p.checkQuarantineDefault(e.Defaults)
	}
	for _, r := range e.Rules {
		p.checkRule(t, e, r, diag.Error)
	}
	for _, r := range e.Warnings {
		if r.Severity.Set && r.Severity.Value != "warn" {
			p.fault("X457", r.Severity.Place, "move the rule to rules:, or remove its severity", "a rule under warnings has the severity %s", r.Severity.Value)
		}
		p.checkRule(t, e, r, diag.Warning)
	}
}

// levels are the rule's own options and the defaults of its document.
func levels(e *spec.Expectations, r *spec.Rule) []spec.RuleOptions {
	out := []spec.RuleOptions{r.RuleOptions}
	if e.Defaults != nil {
		out = append(out, e.Defaults.RuleOptions)
	}
	return out
}

func (p *pass) checkRule(t *table, e *spec.Expectations, r *spec.Rule, severity diag.Severity) {
	if t.rules.n >= maxRules {
		t.rules.n++
		if t.unclear = true; t.rules.n == maxRules+1 {
			p.fault("Y109", r.Place, "is it a spec?", "table %q has more than %d rules; from here on they are not looked at", t.name.Value, maxRules)
		}
		return
	}
	if r.SQL.Set && !r.Rule.Set {
		p.checkQuery(t, e, r, severity)
	}
	if !r.Rule.Set {
		t.unclear = t.unclear || !r.SQL.Set
		return
	}
	str := func(get func(spec.RuleOptions) spec.Str) spec.Str {
		return nearest(levels(e, r), func(o spec.RuleOptions) strOption { return strOption{get(o)} }).Str
	}
	where := str(func(o spec.RuleOptions) spec.Str { return o.Where })
	compiled, faults, whereFaults := expression.CompileRule(r.Rule.Value, where.Value, p.ruleEnv(t))
	p.expressionFaults(t, r.Rule, faults)
	p.expressionFaults(t, where, whereFaults)
	p.checkShadowed(t, r.Rule)
	p.checkShadowed(t, where)
	p.noteNullable(t, r, str(func(o spec.RuleOptions) spec.Str { return o.Nulls }), compiled)
	out := compiled.Compiled(r.Rule.Value, where.Value)
	out.Name, out.Origin, out.Severity = r.Name.Value, r.Rule.Place, severity
	out.NullsFail = str(func(o spec.RuleOptions) spec.Str { return o.Nulls }).Value == "fail"
	if str(func(o spec.RuleOptions) spec.Str { return o.Severity }).Value == "warn" {
		out.Severity = diag.Warning
	}
	out.AtLeast = p.share(nearest(levels(e, r), func(o spec.RuleOptions) floatOption { return floatOption{o.AtLeast} }).Float, compiled.Aggregate, r.AtLeast.Set)
	out.MaxFail = p.limit(nearest(levels(e, r), func(o spec.RuleOptions) floatOption { return floatOption{o.MaxFail} }).Float, compiled.Aggregate, r.MaxFail.Set)
	p.describe(&out, e, r)
	out.Quarantine = p.quarantines(e, r, out)
	p.checkOnResult(t, r, out)
	out = p.keepRule(t, r, out)
	tried := p.trialRule(t, out, compiled.Program)
	if r.Examples != nil && compiled.Program != nil {
		p.checkExamples(t, tried, r.Examples)
	}
}

// keepRule gives a rule its id and its name, and adds it to those of its table.
func (p *pass) keepRule(t *table, r *spec.Rule, out model.Rule) model.Rule {
	p.checkRepeated(t, r, out)
	out.ID = ruleID(t.name.Value, r.Name.Value, out, &t.rules)
	if out.Name == "" {
		out.Name = nameOf(out, &t.rules)
	}
	t.load.Rules = append(t.load.Rules, out)
	t.rules.add(out)
	return out
}

// nameOf names a rule after its expression, and where that is taken after as much more of it as tells it from the others.
func nameOf(r model.Rule, others *ruleIndex) string {
	line := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	name := line(r.Text)
	taken := func() bool { return others.hasName(name) }
	if r.WhereText != "" && taken() {
		name += " where " + line(r.WhereText)
	}
	if r.AtLeast != "" && taken() {
		name += ", at least " + r.AtLeast
	}
	if r.MaxFail != nil && taken() {
		name += fmt.Sprintf(", at most %d", *r.MaxFail)
	}
	if r.Severity == diag.Warning && taken() {
		name += ", as a warning"
	}
	return others.free(name, "%s (%d)", others.names)
}

// share reads at_least. Where the document says it for all rules, those about the batch as a whole are not meant.
func (p *pass) share(f spec.Float, aggregate, own bool) string {
	if !f.Set {
		return ""
	}
	n, ok := new(big.Rat).SetString(f.Text)
	if !ok || n.Sign() < 0 || n.Cmp(big.NewRat(1, 1)) > 0 {
		p.fault("X454", f.Place, "write a share such as 0.99", "at_least is a share between 0 and 1, got %s", f.Text)
		return ""
	}
	if aggregate && !own {
		return ""
	}
	if n.Sign() == 0 {
		p.warn("X454", f.Place, "leave it out, or write the share that is meant", "with at_least: %s a rule always passes", f.Text)
	}
	if aggregate {
		p.fault("X454", f.Place, "an aggregate is judged once, so there is no share", "at_least does not go with a rule about the batch as a whole")
	}
	return f.Text
}

// limit reads max_fail. Where the document says it for all rules, those about the batch as a whole are not meant.
func (p *pass) limit(f spec.Float, aggregate, own bool) *int64 {
	if !f.Set {
		return nil
	}
	n, err := strconv.ParseInt(f.Text, 10, 64)
	switch {
	case err != nil || n < 0:
		p.fault("X454", f.Place, "write a whole number such as 3", "max_fail is a number of rows, got %s", f.Text)
		return nil
	case aggregate && own:
		p.fault("X454", f.Place, "an aggregate is judged once, so no rows fail it", "max_fail does not go with a rule about the batch as a whole")
		return nil
	case aggregate:
		return nil
	}
	return &n
}

// describe carries over what a rule says to its readers. A rule without an owner has that of its document, and the tags of both.
func (p *pass) describe(out *model.Rule, e *spec.Expectations, r *spec.Rule) {
	out.Message, out.Description = strings.TrimSpace(r.Message.Value), strings.TrimSpace(r.Description.Value)
	out.Owner = e.Owner.Value
	if own := nearest(levels(e, r), func(o spec.RuleOptions) strOption { return strOption{o.Owner} }); own.Set {
		out.Owner = own.Value
	}
	lists := []spec.StrList{e.Tags}
	for _, l := range levels(e, r) {
		lists = append(lists, l.Tags)
	}
	for _, l := range lists {
		for _, tag := range l.Strings() {
			if !slices.Contains(out.Tags, tag) {
				out.Tags = append(out.Tags, tag)
			}
		}
	}
}

// checkRepeated finds two rules of a table that have one name, or say the same. One expression with two shares, or as an error for some
// rows and a warning for others, is no repetition.
func (p *pass) checkRepeated(t *table, r *spec.Rule, rule model.Rule) {
	named, twice := t.rules.names[rule.Name]
	said, again := t.rules.texts[sayOf(rule)]
	twice, again = twice && r.Name.Set, again && rule.Condition != ""
	switch {
	case twice && (!again || named <= said):
		p.fault("R205", r.Name.Place, "rules of a table have different names", "rule %q has a name that is already used", rule.Name)
		p.relate(t.load.Rules[named].Origin, "the first one")
	case again:
		p.fault("X453", rule.Origin, "keep one of them", "this rule is there already")
		p.relate(t.load.Rules[said].Origin, "the first one")
	}
}
