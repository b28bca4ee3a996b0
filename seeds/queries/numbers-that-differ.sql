-- title: Whose numbers differ about the same happening?
-- param size: integer = 20; rows at most
SELECT e.date_start, e.type, f.kind, min(f.low) AS least, max(coalesce(f.high, f.low)) AS most,
       count(DISTINCT f.source) AS sources, count(DISTINCT f.low) AS numbers
FROM figures f
JOIN events e ON e.event = f.event
WHERE f.kind <> 'other'
GROUP BY e.event, e.date_start, e.type, f.kind
HAVING count(DISTINCT f.low) > 1
ORDER BY numbers DESC, coalesce(e.date_start, ''), f.kind, least, most
LIMIT :size
