package infer

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"streamflow/runner/spec"
)

// expectations writes the rules of one table.
func expectations(t *table, rules []rule) string {
	var b strings.Builder
	b.WriteString("# Proposed by runner infer: what holds in every month that was read. The comments are the evidence.\nkind: expectations\n")
	fmt.Fprintf(&b, "table: %s\n", spec.Scalar(t.name))
	if len(rules) == 0 {
		b.WriteString("rules: []    # nothing beside types and keys is certain enough\n")
		return b.String()
	}
	for _, r := range rules {
		if r.nullable {
			b.WriteString("defaults: {nulls: pass}    # a NULL is no failure; where it may not be, the column says nullable: false\n")
			break
		}
	}
	b.WriteString("rules:\n")
	wide := 0
	for _, r := range rules {
		if n := utf8.RuneCountInString(r.yaml()); n <= widestAligned {
			wide = max(wide, n)
		}
	}
	for _, r := range rules {
		b.WriteString("  - " + pad(r.yaml(), wide) + "    # " + spec.Comment(r.evidence) + "\n")
		if r.atLeast != "" {
			b.WriteString("    at_least: " + r.atLeast + "\n")
		}
	}
	return b.String()
}

// yaml is the rule as it begins its item of the list.
func (r rule) yaml() string {
	if r.atLeast != "" {
		return "rule: " + spec.Scalar(r.text)
	}
	return spec.Scalar(r.text)
}
