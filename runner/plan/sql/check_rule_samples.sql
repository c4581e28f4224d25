-- Asked only for a rule that failed.
SELECT {file}, {line}, json_build_array({key_text}), json_build_array({values})
FROM {stage} r
WHERE {failing}
ORDER BY 1, 2
LIMIT 10
