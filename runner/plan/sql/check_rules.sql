-- All rules of one table, answered by one scan of its batch.
SELECT {measures}
FROM {stage} r
