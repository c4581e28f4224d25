INSERT INTO {snapshot} ({as_of_column}, {columns})
SELECT {as_of}, {batch_columns}
FROM ({source}) b
LEFT JOIN {frozen} f ON {match}
WHERE {added} OR {differs}
ON CONFLICT ({key}) DO {action}
