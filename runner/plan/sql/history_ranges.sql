-- Each row of the source, and until when it is the newest of its key: of rows of one time only the last has any time at all.
LEFT JOIN (
    SELECT {columns}, {known} AS "#from", lead({known}) OVER (PARTITION BY {key} ORDER BY {order}) AS "#until"
    FROM {source} o
    WHERE {exists}
) {alias} ON {on}
