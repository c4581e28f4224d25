SELECT {file}, {line}, count(*) OVER ()
FROM {stage} r
WHERE {column} IS NULL{present}
ORDER BY 1, 2
LIMIT 20
