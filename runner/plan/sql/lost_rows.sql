-- Asked only when there are some.
SELECT {shown}
FROM {rows} r
WHERE {lost}
ORDER BY ({shown})::text
LIMIT 5
