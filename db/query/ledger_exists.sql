SELECT to_regclass('runner.version') IS NOT NULL
