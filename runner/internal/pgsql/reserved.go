package pgsql

import (
	"slices"
	"strings"
)

// reserved are the words that PostgreSQL reserves (pg_get_keywords, catcode R and T): a table or column of such a name is quoted in SQL.
var reserved = strings.Fields(`all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
	column concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp
	current_user default deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in
	initially inner intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on
	only or order outer overlaps placing primary references returning right select session_user similar some symmetric table tablesample then
	to trailing true union unique user using variadic verbose when where window with`)

// Reserved tells whether a name in lower case is a word that SQL takes as a name in quotes only.
func Reserved(name string) bool { return slices.Contains(reserved, name) }
