-- The count makes one row of all, also where the value is a subquery.
SELECT ({value})::text, count(*) FROM {rows} r
