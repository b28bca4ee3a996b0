-- title: What is claimed about an actor, by whom, and how surely?
-- param actor: text = Juan Guaidó; name of the actor
-- param size: integer = 50; rows at most
SELECT c.published_date, coalesce(c.holder_name, c.source) AS holder, c.stance, c.certainty, c.text
FROM claims c
JOIN claim_actors about ON about.claim = c.claim
WHERE about.name = :actor
ORDER BY coalesce(c.published_date, ''), c.claim
LIMIT :size
