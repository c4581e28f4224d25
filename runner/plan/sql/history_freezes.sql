-- The newest freeze that is known at the instant of each row.
"#dated" AS (
    SELECT q.*, {newest}
    FROM {spine} q{fence}
)
