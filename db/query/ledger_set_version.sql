UPDATE runner.version SET version = {version}
