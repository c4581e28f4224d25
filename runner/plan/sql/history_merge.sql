-- The rows of each key by number: if so many are known, the last of them is the newest.
LEFT JOIN (
    SELECT {columns}, row_number() OVER (PARTITION BY {key} ORDER BY {order}) AS "#number"
    FROM {source} o
    WHERE {exists}
) {alias} ON {on}
