-- title: Who affirmed, who denied, and who changed sides?
-- param size: integer = 50; rows at most
SELECT claim_group, coalesce(holder_name, holder_text, source) AS holder, min(said_date) AS first_said,
       sum(CASE WHEN stance = 'affirm' THEN 1 ELSE 0 END) AS affirmed,
       sum(CASE WHEN stance = 'deny' THEN 1 ELSE 0 END) AS denied,
       sum(CASE WHEN stance = 'question' THEN 1 ELSE 0 END) AS questioned
FROM claims
WHERE claim_group IN (
    SELECT claim_group FROM claims GROUP BY claim_group HAVING count(DISTINCT stance) > 1
)
GROUP BY claim_group, coalesce(holder_name, holder_text, source)
ORDER BY claim_group, first_said, holder
LIMIT :size
