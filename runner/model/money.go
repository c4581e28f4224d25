package model

import (
	"slices"
	"strings"
	"unicode"
)

// moneyWords are parts of names of columns that hold money; unitWords are parts that make another number of it: a share, a mean, a
// score, none of which is exact in any type.
var (
	moneyWords = []string{"amount", "amounts", "balance", "charge", "charges", "cost", "costs", "earnings", "fee", "fees", "income", "invoice", "money",
		"payment", "payments", "price", "prices", "refund", "refunds", "revenue", "salary", "spend", "tax", "vat", "wage"}
	unitWords = []string{"avg", "average", "change", "coefficient", "count", "delta", "factor", "growth", "index", "log", "mean", "median", "norm",
		"pct", "per", "percent", "percentage", "percentile", "prob", "probability", "quantile", "rank", "rate", "ratio", "scaled", "score", "share", "std", "stddev",
		"trend", "var", "variance", "zscore"}
)

// Money tells whether a column holds money, by its name.
func Money(column string) bool {
	words := wordsOf(column)
	in := func(list []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
	}
	return in(moneyWords) && !in(unitWords)
}

// wordsOf parts a name at everything that is no letter, and where a capital begins: totalAmount, total_amount2 and TOTAL-AMOUNT are total
// and amount.
func wordsOf(name string) []string {
	var b strings.Builder
	small := false
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r):
			r = ' '
		case unicode.IsUpper(r) && small:
			b.WriteByte(' ')
		}
		small = unicode.IsLower(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.Fields(b.String())
}
