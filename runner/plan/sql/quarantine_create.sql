-- The rows of a batch that are set aside, and why.
DROP TABLE IF EXISTS {aside};
CREATE TEMP TABLE {aside} (LIKE {stage}, {reasons} text[])
