-- title: Who denies most of what is said?
-- param size: integer = 20; rows at most
SELECT coalesce(holder_name, source) AS holder, count(*) AS claims,
       sum(CASE WHEN stance = 'deny' THEN 1 ELSE 0 END) AS denials
FROM claims
GROUP BY coalesce(holder_name, source)
HAVING sum(CASE WHEN stance = 'deny' THEN 1 ELSE 0 END) > 0
ORDER BY denials DESC, claims DESC, holder
LIMIT :size
