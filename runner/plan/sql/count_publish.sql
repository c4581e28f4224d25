-- What publishing would do, told by its own join: rows that are new, that differ, and live rows that a full batch lacks. Only those are
-- counted, because a filter per row costs more than the join itself.
SELECT count(*) FILTER (WHERE {new}),
       count(*) FILTER (WHERE {both}),
       count(*) FILTER (WHERE {lacking}){by_column}
FROM {stage} s
{join} JOIN {live} l ON {match}{aside}
WHERE {new} OR {lacking} OR {both} AND {differs}
