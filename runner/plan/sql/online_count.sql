-- What bringing a view online would do, told by the join of its source (s) with the store (l): rows that are new, that differ, that are the same,
-- that the store holds newer, and that the source no longer has.
SELECT count(*) FILTER (WHERE {missing}),
       count(*) FILTER (WHERE {both} AND ({may}) AND {differs}),
       count(*) FILTER (WHERE {both} AND ({may}) AND NOT ({differs})),
       count(*) FILTER (WHERE {both} AND NOT ({may})),
       count(*) FILTER (WHERE {lacking} AND {gone})
FROM ({source}) s
FULL JOIN {stored} l ON {match}
