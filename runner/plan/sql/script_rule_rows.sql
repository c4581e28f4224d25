-- Rows that fail a rule, with what the rule looks at.
SELECT {columns}
FROM {rows}
WHERE {failing}
ORDER BY {order}
