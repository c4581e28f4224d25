-- Are there as many different keys as rows?
SELECT (SELECT count(*) FROM {stage} s), (SELECT count(*) FROM (SELECT DISTINCT {key} FROM {stage} s) d)
