-- Asked only when the server has refused an index entry: the rows whose key is too long for one.
SELECT {file}, {line}, {bytes}
FROM {stage} r
WHERE {bytes} > 2600
ORDER BY {bytes} DESC, 1, 2
LIMIT 20
