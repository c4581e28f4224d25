SELECT json_build_array({key_text}),
       CASE WHEN {added} THEN 'added' WHEN {removed} THEN 'removed' ELSE 'changed' END,
       json_build_array({frozen_values}),
       json_build_array({batch_values})
FROM ({source}) b
FULL JOIN {frozen} f ON {match}
WHERE {added} OR {removed} OR {differs}
ORDER BY (json_build_array({key_text}))::text
LIMIT 10
