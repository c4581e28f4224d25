SELECT count(*) FILTER (WHERE {null}) + count(*) - (SELECT count(*) FROM (SELECT DISTINCT {columns} FROM {rows} r WHERE {counting}) d)
FROM {rows} r
WHERE {counting}
