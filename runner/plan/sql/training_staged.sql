-- The result in its order.
SELECT {columns} FROM {stage} ORDER BY "#row"
