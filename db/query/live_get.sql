SELECT table_name, live_as_of FROM runner.live WHERE schema_name = {schema}
