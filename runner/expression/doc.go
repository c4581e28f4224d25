// Package expression compiles the rule language to SQL, and to programs that judge rows in memory with the same results.
//
// The text is expr-lang/expr and is read by expr's parser. Its tree is turned into a typed tree of our own (Node), in which every
// name is resolved and every operand has the right type; all faults are collected, each with its place. From that tree comes SQL
// with three verdicts: true, false and unknown (NULL). The evaluator computes the same tree in Go: whatever the emitter writes, it
// mirrors, to the last digit, and TestDifferential holds one against the other.
//
// What an expression means:
//
//   - nil is SQL NULL. `x == nil` and `x != nil` are never unknown, `a ?? b` takes the first that is not nil, an unknown condition of
//     `c ? a : b` takes b, and everything else follows SQL's three-valued logic.
//   - NaN counts as nil wherever it comes from, and so does the null of JSON. Division by zero and any other arithmetic without a result is unknown.
//   - Arithmetic is decimal and exact (Postgres numeric): integers cannot overflow and 7 / 2 is 3.5, with Postgres's rule for the
//     number of digits of a quotient. A value of 10^1000 or more, an infinite one included, is unknown in arithmetic.
//   - A float stands for the shortest decimal that reads back as it, which is what Postgres prints. So a float column compares with
//     other numbers as it looks in the file: 0.1 in a file equals 0.1 in a rule, in real columns too. Infinity is greater than every
//     number. This needs extra_float_digits of at least 1, Postgres's default.
//   - round() rounds half away from zero, % has the sign of the dividend, -2 ** 2 is -4 and 2 ** 3 ** 2 is 512.
//   - a ** 2, a ** 3 and whole powers of whole numbers are exact. All other powers are rounded to 20 places after the point: how many
//     digits Postgres itself gives depends on its version. A negative number to the power of more than 2 * 10^9 is unknown.
//   - Text is ordered by code points (COLLATE "C"), whatever the collation of the database is. character(n) is text without the blanks at
//     its end. lower() and upper() change the letters A to Z only, for the same reason; `matches "(?i)..."` ignores the case of all letters.
//   - date - date is a whole number of days; date + n is a date. A timestamptz meets a date or a timestamp as its time at UTC.
//     Functions of dates know the years 1 to 9999: other dates, infinite ones too, are nil to them.
//   - Places of characters and elements are counted from 0, from the end when negative. What is not there is nil, a slice of it empty.
//   - JSON (jsonb only) is read as what stands beside it: a number, text or boolean. Arrays are compared as a whole, nil being equal to
//     nil; lists of several values ([a, b] in [[1, nil]]) member by member, so that they are unknown as comparisons are.
//   - A let is the expression that it names, put where its name stands.
//   - Patterns of `matches` are RE2 and mean in Postgres what they mean in Go's regexp: they are re-emitted, never passed through.
//   - An aggregate looks at the rows that where selects, a window (unique, increasing, zscore) judges each of them beside all others. What a
//     rule looks at beside its rows is said by model.Needs, and stands in its SQL under an alias or a mark: the SQL alone knows no table.
//   - stddev is that of a sample, quantile a value that occurs, mode the smallest of the most frequent; digit for digit what Postgres says.
//
// No row can make the SQL fail: whatever could raise an error in Postgres is guarded and becomes unknown. This holds
// from Postgres 14 on, whose numeric knows infinity.
//
// A name before an opening parenthesis is a function and any other name is a column or a parameter, so a column called like a
// function hides nothing.
package expression
