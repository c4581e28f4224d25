-- What the source of a view says, at most one row for each key.
SELECT {distinct}{values}
FROM {rows} r{beside}
WHERE {where}{order}
