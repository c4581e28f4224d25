-- Asked only when there are some: what is there twice, or is no key, and how often.
SELECT {shown}, count(*)
FROM {rows} r
WHERE {counting}
GROUP BY {columns}
HAVING count(*) > 1 OR {null}
ORDER BY 2 DESC, ({shown})::text
LIMIT 5
