-- Asked only for a rule that failed.
SELECT {file}, {line}, {key_text}, {values}
FROM {stage} r
WHERE {failing}
ORDER BY 1, 2
LIMIT 10
