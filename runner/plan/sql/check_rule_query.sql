{tables}SELECT count(*) OVER (), q.* FROM (
{query}
) q{limit}
