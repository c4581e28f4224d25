-- The rows to fill.
(SELECT {columns} FROM {rows} r WHERE {where})
