-- The spine in the order of the answer.
"#sorted" AS (
    SELECT q.*
    FROM {spine} q
    ORDER BY {order}
)
