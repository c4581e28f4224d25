-- The rows to fill and the instant at which each asks, computed once: OFFSET 0 keeps it out of the conditions of the joins.
"#asked" AS (
    SELECT {columns}, {at} AS "#at"
    FROM {rows} r
    OFFSET 0
)
