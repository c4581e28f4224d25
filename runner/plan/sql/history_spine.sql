-- The rows to fill and the instant at which each asks. The fence, OFFSET 0, has it computed once, and not in every condition of the joins.
"#asked" AS (
    SELECT {columns}, {at} AS "#at"
    FROM {rows} r{fence}
)
