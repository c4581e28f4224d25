SELECT {columns}
FROM {stage} s
LEFT JOIN {earlier} e ON {match}
UNION ALL
SELECT {earlier_columns}
FROM {earlier} e
LEFT JOIN {stage} s ON {match}{aside}
WHERE {missing}
