-- A relation of some columns that has no rows.
(SELECT {columns} WHERE false)
