SELECT DISTINCT partition FROM runner.runs WHERE pipeline = {pipeline} AND status = 'succeeded' AND whole
