-- title: With whom did an actor have to do, and in what way?
-- param actor: text = Sergey Lavrov; name of the actor
-- param size: integer = 20; rows at most
SELECT other.name, other.country, e.quad_code, count(DISTINCT e.event) AS events
FROM participants mine
JOIN participants other ON other.event = mine.event AND other.actor <> mine.actor
JOIN events e ON e.event = mine.event
WHERE mine.name = :actor
GROUP BY other.name, other.country, e.quad_code
ORDER BY events DESC, other.name, e.quad_code
LIMIT :size
