SELECT {key_text},
       CASE WHEN {added} THEN 'added' WHEN {removed} THEN 'removed' ELSE 'changed' END,
       {frozen_values},
       {batch_values}
FROM ({source}) b
FULL JOIN {frozen} f ON {match}
WHERE {added} OR {removed} OR {differs}
ORDER BY ({key_text})::text
LIMIT 10
