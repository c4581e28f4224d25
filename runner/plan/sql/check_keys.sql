-- Are there as many different keys as rows?
SELECT (SELECT count(*) FROM {stage}), (SELECT count(*) FROM (SELECT DISTINCT {key} FROM {stage}) d)
