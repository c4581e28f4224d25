-- How large the values of each numeric without a scale are.
SELECT {measures} FROM {stage}
