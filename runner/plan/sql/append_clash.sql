SELECT {file}, {line}, json_build_array({key_text}), {partition_column}
FROM {stage} r
JOIN {table} t ON {match}
WHERE {other}
ORDER BY 1, 2
LIMIT 20
