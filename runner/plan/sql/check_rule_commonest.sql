SELECT ({value})::text, count(*)
FROM {rows}
WHERE {where}
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 10
