-- change: + schema
CREATE SCHEMA "raw";

-- change: + table with 3 columns
CREATE TABLE "raw"."we""ird" ("id" text NOT NULL, "city" text, "notes" json);

-- change: + table with 2 columns
CREATE TABLE "raw"."events" ("e" text, "_partition" text);

-- change: + table with 4 columns
CREATE TABLE "raw"."use" ("id" text NOT NULL, "day" date NOT NULL, "n" integer, "fee" numeric(10,2));

-- change: + table with 5 columns
CREATE TABLE "raw"."use_months" ("id" text NOT NULL, "day" date NOT NULL, "as_of" date NOT NULL, "n" integer, "fee" numeric(10,2));

-- we"ird: stage
DROP TABLE IF EXISTS pg_temp."stage_we""ird";
CREATE TEMP TABLE pg_temp."stage_we""ird" ("id" text, "city" text, "notes" json, "#line" bigint, "#file" smallint);

-- we"ird: stage
SET LOCAL default_statistics_target = 10;
ANALYZE pg_temp."stage_we""ird";

-- we"ird: stage
DROP TABLE IF EXISTS pg_temp."stage_we""ird";

-- we"ird: nulls of id
SELECT "#file", "#line", count(*) OVER ()
FROM pg_temp."stage_we""ird" r
WHERE r."id" IS NULL
ORDER BY 1, 2
LIMIT 20;

-- we"ird: keys
SELECT count(*), count(DISTINCT hash_record_extended(ROW(s."id"), 0)) FROM pg_temp."stage_we""ird" s;

-- we"ird: keys
SELECT (SELECT count(*) FROM pg_temp."stage_we""ird" s), (SELECT count(*) FROM (SELECT DISTINCT "id" FROM pg_temp."stage_we""ird" s) d);

-- we"ird: keys
SELECT to_json(ARRAY[r."id"::text]::text[]), count(*), json_agg(json_build_array("#file", "#line") ORDER BY "#file", "#line") FILTER (WHERE "#n" <= 5)
FROM (
    SELECT *, row_number() OVER (PARTITION BY "id" ORDER BY "#file", "#line") AS "#n"
    FROM pg_temp."stage_we""ird" s
) r
GROUP BY "id"
HAVING count(*) > 1
ORDER BY min("#file"), min("#line")
LIMIT 20;

-- we"ird: keys
WITH gone AS (
    DELETE FROM pg_temp."stage_we""ird" d
    USING (
        SELECT r.ctid AS id, row_number() OVER (PARTITION BY r."id", r."city", r."notes"::text ORDER BY "#file", "#line") AS n
        FROM pg_temp."stage_we""ird" r
    ) x
    WHERE d.ctid = x.id AND x.n > 1
    RETURNING 1
)
SELECT count(*) FROM gone;

-- we"ird: live
LOCK TABLE "raw"."we""ird" IN ACCESS EXCLUSIVE MODE;

-- we"ird: live
WITH added AS (
    INSERT INTO "raw"."we""ird" ("id", "city", "notes")
    SELECT s."id", s."city", s."notes"
    FROM pg_temp."stage_we""ird" s
    RETURNING 1
)
SELECT count(*), 0 FROM added;

-- we"ird: live
SELECT count(*) FROM "raw"."we""ird";

-- we"ird: live
SELECT count(l."id") FROM (SELECT NULL::text AS "id", NULL::text AS "city", NULL::json AS "notes" FROM (SELECT) AS nothing WHERE false) l;

-- we"ird: live
ANALYZE "raw"."we""ird";

-- we"ird: key and indexes after the rows
ALTER TABLE "raw"."we""ird" ADD PRIMARY KEY ("id");

-- we"ird: delete
WITH k AS MATERIALIZED (
    SELECT "id" FROM pg_temp."stage_we""ird" s
), gone AS (
    DELETE FROM "raw"."we""ird" t
    WHERE NOT EXISTS (SELECT FROM k WHERE k."id" = t."id")
    RETURNING 1
)
SELECT count(*) FROM gone;

-- events: stage
DROP TABLE IF EXISTS pg_temp."stage_events";
CREATE TEMP TABLE pg_temp."stage_events" ("e" text, "_partition" text, "#line" bigint, "#file" smallint);

-- events: stage
SET LOCAL default_statistics_target = 10;
ANALYZE pg_temp."stage_events";

-- events: stage
DROP TABLE IF EXISTS pg_temp."stage_events";

-- events: live
LOCK TABLE "raw"."events" IN ACCESS EXCLUSIVE MODE;

-- events: live
WITH added AS (
    INSERT INTO "raw"."events" ("e", "_partition")
    SELECT s."e", s."_partition"
    FROM pg_temp."stage_events" s
    RETURNING 1
)
SELECT count(*), 0 FROM added;

-- events: live
SELECT count(*) FROM "raw"."events";

-- events: live
SELECT count(l."e") FROM (SELECT NULL::text AS "e", NULL::text AS "_partition" FROM (SELECT) AS nothing WHERE false) l;

-- events: live
ANALYZE "raw"."events";

-- events: partition
SELECT count(*) FROM "raw"."events" t WHERE t."_partition" = '2024-02-29';

-- events: partition
SELECT (SELECT count(*) FROM (SELECT s."e", s."_partition" FROM pg_temp."stage_events" s EXCEPT ALL SELECT t."e", t."_partition" FROM (SELECT NULL::text AS "e", NULL::text AS "_partition" FROM (SELECT) AS nothing WHERE false) t) a),
       (SELECT count(*) FROM (SELECT t."e", t."_partition" FROM (SELECT NULL::text AS "e", NULL::text AS "_partition" FROM (SELECT) AS nothing WHERE false) t EXCEPT ALL SELECT s."e", s."_partition" FROM pg_temp."stage_events" s) b);

-- events: partition
WITH gone AS (DELETE FROM "raw"."events" t WHERE t."_partition" = '2024-02-29' RETURNING 1) SELECT count(*) FROM gone;

-- use: stage
DROP TABLE IF EXISTS pg_temp."stage_use";
CREATE TEMP TABLE pg_temp."stage_use" ("id" text, "day" date, "n" integer, "fee" numeric(10,2), "#line" bigint, "#file" smallint);

-- use: stage
UPDATE pg_temp."stage_use" AS r SET "fee" = r."n" * 2 + length((ARRAY['it''s.csv']::text[])[r."#file" + 1]);

-- use: stage
SET LOCAL default_statistics_target = 10;
ANALYZE pg_temp."stage_use";

-- use: stage
DROP TABLE IF EXISTS pg_temp."stage_use";

-- use: nulls of id
SELECT "#file", "#line", count(*) OVER ()
FROM pg_temp."stage_use" r
WHERE r."id" IS NULL
ORDER BY 1, 2
LIMIT 20;

-- use: nulls of day
SELECT "#file", "#line", count(*) OVER ()
FROM pg_temp."stage_use" r
WHERE r."day" IS NULL
ORDER BY 1, 2
LIMIT 20;

-- use: keys
SELECT count(*), count(DISTINCT hash_record_extended(ROW(s."id", s."day"), 0)) FROM pg_temp."stage_use" s;

-- use: keys
SELECT (SELECT count(*) FROM pg_temp."stage_use" s), (SELECT count(*) FROM (SELECT DISTINCT "id", "day" FROM pg_temp."stage_use" s) d);

-- use: keys
SELECT to_json(ARRAY[r."id"::text, r."day"::text]::text[]), count(*), json_agg(json_build_array("#file", "#line") ORDER BY "#file", "#line") FILTER (WHERE "#n" <= 5)
FROM (
    SELECT *, row_number() OVER (PARTITION BY "id", "day" ORDER BY "#file", "#line") AS "#n"
    FROM pg_temp."stage_use" s
) r
GROUP BY "id", "day"
HAVING count(*) > 1
ORDER BY min("#file"), min("#line")
LIMIT 20;

-- use: keys
WITH gone AS (
    DELETE FROM pg_temp."stage_use" d
    USING (
        SELECT r.ctid AS id, row_number() OVER (PARTITION BY r."id", r."day", r."n", r."fee" ORDER BY "#file", "#line") AS n
        FROM pg_temp."stage_use" r
    ) x
    WHERE d.ctid = x.id AND x.n > 1
    RETURNING 1
)
SELECT count(*) FROM gone;

-- skipped
-- known: nothing of use is frozen before 2024-02-29;

-- use: rules
SELECT count(*),
       count(*) FILTER (WHERE r."fee" IS NOT NULL),
       count(*) FILTER (WHERE (r."fee" IS NOT NULL) AND NOT (r."n" > 0)),
       count(*) FILTER (WHERE (r."fee" IS NOT NULL) AND (r."n" > 0) IS NULL),
       (count(*) > ('7')::bigint),
       (count(*))::text,
       count(*),
       (count(r."fee") = count(DISTINCT r."fee")),
       count(*) FILTER (WHERE num_nulls(r."fee") > 0),
       count(*),
       0,
       0
FROM pg_temp."stage_use" r;

-- use: rules
SELECT count(*),
       count(*),
       count(*) FILTER (WHERE NOT (r."#w" = 1)),
       count(*) FILTER (WHERE (r."#w" = 1) IS NULL)
FROM (SELECT r.*, count(*) OVER (PARTITION BY r."fee") AS "#w" FROM pg_temp."stage_use" r) r;

-- use: rows that fail positive
SELECT r."#file", r."#line", to_json(ARRAY[r."id"::text, r."day"::text]::text[]), to_json(ARRAY[r."n"::text, r."fee"::text]::text[])
FROM pg_temp."stage_use" r
WHERE (r."fee" IS NOT NULL) AND (r."n" > 0) IS FALSE
ORDER BY 1, 2
LIMIT 10;

-- use: rows that fail positive
SELECT to_json(ARRAY[r."n"::text, r."fee"::text]::text[])::text, count(*)
FROM pg_temp."stage_use" r
WHERE (r."fee" IS NOT NULL) AND (r."n" > 0) IS FALSE
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 5;

-- use: rows that fail unique
SELECT r."#file", r."#line", to_json(ARRAY[r."id"::text, r."day"::text]::text[]), to_json(ARRAY[r."fee"::text]::text[])
FROM (SELECT r.*, count(*) OVER (PARTITION BY r."fee") AS "#w" FROM pg_temp."stage_use" r) r
WHERE (r."#w" = 1) IS FALSE
ORDER BY 1, 2
LIMIT 10;

-- use: rows that fail unique
SELECT to_json(ARRAY[r."fee"::text]::text[])::text, count(*)
FROM (SELECT r.*, count(*) OVER (PARTITION BY r."fee") AS "#w" FROM pg_temp."stage_use" r) r
WHERE (r."#w" = 1) IS FALSE
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 5;

-- use: references
SELECT count(*) FILTER (WHERE true AND p."id" IS NULL), count(*) FILTER (WHERE NOT (true AND p."id" IS NULL) AND NOT (p."id" IS NOT NULL))
FROM pg_temp."stage_use" r
LEFT JOIN pg_temp."stage_we""ird" p ON p."id" = r."id"
WHERE r."id" IS NOT NULL;

-- use: references
SELECT count(*) FILTER (WHERE true AND p."id" IS NULL), count(*) FILTER (WHERE NOT (true AND p."id" IS NULL) AND NOT (p."id" IS NOT NULL))
FROM pg_temp."stage_use" r
LEFT JOIN pg_temp."stage_we""ird" p ON p."id" = r."id"
WHERE r."id" IS NOT NULL;

-- use: references
SELECT r."#file", r."#line", to_json(ARRAY[r."id"::text]::text[])
FROM pg_temp."stage_use" r
LEFT JOIN pg_temp."stage_we""ird" p ON p."id" = r."id"
WHERE r."id" IS NOT NULL AND true AND p."id" IS NULL
ORDER BY 1, 2
LIMIT 20;

-- use: live
LOCK TABLE "raw"."use" IN ACCESS EXCLUSIVE MODE;

-- use: live
WITH added AS (
    INSERT INTO "raw"."use" ("id", "day", "n")
    SELECT s."id", s."day", s."n"
    FROM pg_temp."stage_use" s
    RETURNING 1
)
SELECT count(*), 0 FROM added;

-- use: live
SELECT count(*) FROM "raw"."use";

-- use: live
SELECT count(l."id") FROM (SELECT NULL::text AS "id", NULL::date AS "day", NULL::integer AS "n", NULL::numeric(10,2) AS "fee" FROM (SELECT) AS nothing WHERE false) l;

-- use: live
ANALYZE "raw"."use";

-- use: key and indexes after the rows
ALTER TABLE "raw"."use" ADD PRIMARY KEY ("id", "day");

-- use: key and indexes after the rows
CREATE INDEX ON "raw"."use" ("fee");

-- use_months: freeze
LOCK TABLE "raw"."use_months" IN ACCESS EXCLUSIVE MODE;

-- use_months: freeze
WITH frozen AS (
    INSERT INTO "raw"."use_months" ("as_of", "id", "day", "n", "fee")
    SELECT ('2024-02-29')::date, "id", "day", "n", "fee"
    FROM (SELECT s."id", s."day", s."n", s."fee" FROM pg_temp."stage_use" s) b
    ORDER BY "id", "day"
    RETURNING ('x' || md5(ROW("id", "day", "n", "fee")::text))::bit(128) AS h
)
SELECT count(*), coalesce(sum(h::bit(64)::bigint), 0)::text || ':' || coalesce(sum((h << 64)::bit(64)::bigint), 0)::text
FROM frozen;

-- use_months: freeze
ALTER TABLE "raw"."use_months" ADD PRIMARY KEY ("id", "day", "as_of");

-- use_months: freeze
CREATE INDEX ON "raw"."use_months" USING brin ("as_of");

-- use_months: freeze
ANALYZE "raw"."use_months";

-- use_months: count what would be frozen
SELECT count(*) FROM (SELECT s."id", s."day", s."n", s."fee" FROM pg_temp."stage_use" s) r;

-- use_months: verify
SELECT count(*), coalesce(sum(h::bit(64)::bigint), 0)::text || ':' || coalesce(sum((h << 64)::bit(64)::bigint), 0)::text
FROM (SELECT ('x' || md5(ROW(f."id", f."day", f."n", f."fee")::text))::bit(128) AS h FROM "raw"."use_months" f WHERE f."as_of" = ('2024-02-29')::date OFFSET 0) x;

