-- How many rows of the source are known to each row of the spine.
{name} AS (
    SELECT {columns}, {number}
    FROM (
        SELECT m.*, count(*) FILTER (WHERE m."#is_source") OVER (PARTITION BY {partition_by} ORDER BY m."#at" NULLS FIRST, m."#is_source" DESC ROWS UNBOUNDED PRECEDING) AS {number}
        FROM (
            SELECT {columns}, {spine_key}, false AS "#is_source"
            FROM {spine} q
            UNION ALL
            SELECT {none}, {source_key}, true
            FROM {source} o
            WHERE {exists}
        ) m
    ) n
    WHERE NOT n."#is_source"
)
