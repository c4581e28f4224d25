-- Each row of the spine with what was known at its time.
SELECT {columns}
FROM {spine} s{joins}
ORDER BY {order}
