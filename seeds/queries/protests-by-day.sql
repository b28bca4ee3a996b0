-- title: Which days saw more protest than the days before?
-- description: Protests of each day against the mean of the seven days with protests before it.
-- param type: text = PROTEST; PLOVER event type
-- param realis: text = actual; realis of the events that count: actual, attempted, future, hypothetical, negated, historical
WITH daily AS (
    SELECT date AS day, sum(event_count) AS protests
    FROM daily_counts
    WHERE type = :type AND realis = :realis
    GROUP BY date
)
SELECT day, protests,
       round(CAST(avg(protests) OVER (ORDER BY day ROWS BETWEEN 7 PRECEDING AND 1 PRECEDING) AS numeric), 2) AS usual
FROM daily
ORDER BY day
