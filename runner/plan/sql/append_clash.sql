SELECT {file}, {line}, {key_text}, {partition_column}
FROM {stage} r
JOIN {live} t ON {match}
WHERE {other}
ORDER BY 1, 2
LIMIT 20
