-- Compares as multisets: rows of the batch that the partition lacks, rows of the partition that the batch lacks.
SELECT (SELECT count(*) FROM (SELECT {columns} FROM {stage} s EXCEPT ALL SELECT {live_columns} FROM {live} t) a),
       (SELECT count(*) FROM (SELECT {live_columns} FROM {live} t EXCEPT ALL SELECT {columns} FROM {stage} s) b)
