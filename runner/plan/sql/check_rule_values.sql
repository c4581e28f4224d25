-- Which values fail most often.
SELECT {values}::text, count(*)
FROM {rows}
WHERE {failing}
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 5
