-- The spine in the order of the answer. An order is a fence as well, and one that parallel workers may stand before.
"#sorted" AS (
    SELECT q.*
    FROM {spine} q
    ORDER BY {order}
)
