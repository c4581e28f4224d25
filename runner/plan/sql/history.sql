-- Each row of the spine with what was known at its time.
WITH {spine}
SELECT {columns}
FROM {last} s{joins}
ORDER BY {order}
