(SELECT {staged} FROM {stage} s{joined})
