-- How many rows there are to fill, how many have no time or no label, and the last day that any of them speaks of.
SELECT count(*) FILTER (WHERE {complete}),
       count(*) FILTER (WHERE {time} IS NULL),
       count(*) FILTER (WHERE {time} IS NOT NULL AND NOT ({complete})),
       max({day})::text
FROM {rows} r
WHERE {where}
