-- title: Which names are not known to the authority file?
-- description: The most named first: what to add, or to judge as the same.
-- param size: integer = 20; rows at most
SELECT a.actor, a.name, a.kind, count(*) AS mentions, count(DISTINCT m.article) AS articles
FROM actors a
JOIN mentions m ON m.actor = a.actor
WHERE a.is_local
GROUP BY a.actor, a.name, a.kind
ORDER BY mentions DESC, a.name, a.actor
LIMIT :size
