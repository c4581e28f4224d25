-- Rows that rest on rows which were just set aside are set aside as well, until there are no more.
DO {quote} DECLARE "#more" bigint; "#moved" bigint; BEGIN
LOOP
"#more" := 0{each};
EXIT WHEN "#more" = 0;
END LOOP;
END {quote}
