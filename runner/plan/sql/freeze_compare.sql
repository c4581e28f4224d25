-- How the batch differs from what is frozen: keys added, removed, changed, and changed keys by column.
SELECT count(*) FILTER (WHERE {added}),
       count(*) FILTER (WHERE {removed}),
       count(*) FILTER (WHERE {both}){by_column}
FROM ({source}) b
FULL JOIN {frozen} f ON {match}
WHERE {added} OR {removed} OR {differs}
