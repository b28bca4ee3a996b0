-- title: Which words of one utterance does each outlet give?
-- param size: integer = 50; rows at most
SELECT q.quote_group, q.source, q.speaker_name, q.text
FROM quotes q
WHERE q.quote_group IN (
    SELECT quote_group FROM quotes GROUP BY quote_group HAVING count(DISTINCT source) > 1
)
ORDER BY q.quote_group, q.quote
LIMIT :size
