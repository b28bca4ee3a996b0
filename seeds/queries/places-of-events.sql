-- title: Where does violence happen? (points for a map)
-- param realis: text = actual; realis of the events that count: actual, attempted, future, hypothetical, negated, historical
-- param size: integer = 100; rows at most
SELECT place_name, country, latitude, longitude, count(*) AS events
FROM events
WHERE place IS NOT NULL AND realis = :realis
GROUP BY place_name, country, latitude, longitude
ORDER BY events DESC, place_name
LIMIT :size
