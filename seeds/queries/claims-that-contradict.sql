-- title: Which claims contradict or bear out one another?
-- param size: integer = 50; rows at most
SELECT relation, reason, first_source, first_holder, first_text, second_source, second_holder, second_text
FROM claim_relations
ORDER BY relation DESC, coalesce(first_published, ''), first_claim, second_claim
LIMIT :size
