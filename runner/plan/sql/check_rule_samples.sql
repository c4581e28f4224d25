-- Asked only for a rule that failed.
SELECT {file}, {line}, {key_text}, {values}
FROM {rows}
WHERE {failing}
ORDER BY {order}{limit}
