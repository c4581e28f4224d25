WITH k AS MATERIALIZED (
    SELECT {key} FROM ({source}) b
)
DELETE FROM {snapshot} f
WHERE f.{as_of_column} = {as_of}
  AND NOT EXISTS (SELECT FROM k WHERE {match})
