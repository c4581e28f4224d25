CREATE SCHEMA IF NOT EXISTS runner;
CREATE TABLE runner.version (version integer NOT NULL);
INSERT INTO runner.version VALUES (0)
