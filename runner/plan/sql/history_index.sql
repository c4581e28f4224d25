-- One look into the index for each row of the spine.
LEFT JOIN LATERAL (
    SELECT {columns}
    FROM {source} o
    WHERE {match} AND {known}
    ORDER BY {order}
    LIMIT 1
) {alias} ON {on}
