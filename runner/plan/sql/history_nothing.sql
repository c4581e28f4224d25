-- Of a source that holds nothing.
LEFT JOIN (SELECT {columns}) {alias} ON false
