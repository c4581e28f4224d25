-- A snapshot as it will be when the run is over.
(SELECT {columns} FROM {others} o
UNION ALL
SELECT {values} FROM ({source}) b)
