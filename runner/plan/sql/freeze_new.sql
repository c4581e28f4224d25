-- The fingerprint is taken from the rows as stored. Sums of 64-bit halves do not depend on their order.
WITH frozen AS (
    INSERT INTO {snapshot} ({as_of_column}, {columns})
    SELECT {as_of}, {columns}
    FROM ({source}) b
    ORDER BY {key}
    RETURNING ('x' || md5({row}))::bit(128) AS h
)
SELECT count(*), coalesce(sum(h::bit(64)::bigint), 0)::text || ':' || coalesce(sum((h << 64)::bit(64)::bigint), 0)::text
FROM frozen
