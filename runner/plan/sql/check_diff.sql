-- One join with the live table says what a full batch is to it: new keys, live keys that it lacks, changed rows, different hashes
-- of the new keys, live rows. Only rows that differ are counted, because a filter per row costs more than the join itself.
SELECT count(*) FILTER (WHERE {new}),
       count(*) FILTER (WHERE {lacking}),
       count(*) FILTER (WHERE NOT ({new}) AND NOT ({lacking})),
       count(DISTINCT {hash}) FILTER (WHERE {new}),
       (SELECT count(*) FROM {table}){by_column}
FROM {stage} s
FULL JOIN {table} l ON {match}
WHERE {new} OR {lacking} OR {differs}
