-- Live children that survive this run while their parent does not.
SELECT count(*), (array_agg({key_text}::text))[1:5]
FROM {child} c
JOIN {live} l ON {live_match}
LEFT JOIN {stage} p ON {stage_match}{survive}
WHERE {missing} AND {stays}
