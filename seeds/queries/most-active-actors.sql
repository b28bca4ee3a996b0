-- title: Who acts most, and how often upon others?
-- param realis: text = actual; realis of the events that count: actual, attempted, future, hypothetical, negated, historical
-- param size: integer = 20; rows at most
SELECT p.actor, p.name, p.country, p.sector,
       sum(CASE WHEN p.role = 'actor' THEN 1 ELSE 0 END) AS acted,
       sum(CASE WHEN p.role = 'recipient' THEN 1 ELSE 0 END) AS was_acted_upon
FROM participants p
WHERE p.realis = :realis
GROUP BY p.actor, p.name, p.country, p.sector
ORDER BY acted DESC, was_acted_upon DESC, p.name, p.actor
LIMIT :size
