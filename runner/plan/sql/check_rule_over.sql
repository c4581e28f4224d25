-- A table as it will be when the run is over: its batch, and the live rows that survive it.
(SELECT {staged} FROM {stage} s{joined}
UNION ALL
SELECT {columns} FROM {live} l{rest} WHERE {survives})
