-- As many different hashes as rows prove that the keys are unique, in a fifth of the time that the keys themselves take. Fewer prove
-- nothing, because two keys may share a hash.
SELECT count(*), count(DISTINCT {hash}) FROM {stage} s
