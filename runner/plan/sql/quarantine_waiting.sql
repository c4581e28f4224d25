SELECT count(*) FROM runner.quarantine WHERE {waiting}
