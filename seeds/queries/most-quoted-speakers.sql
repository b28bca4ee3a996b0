-- title: Who is quoted most, and by how many outlets?
-- param size: integer = 20; rows at most
SELECT speaker, speaker_name, count(*) AS quotes, count(DISTINCT source) AS outlets,
       sum(CASE WHEN type = 'direct' THEN 1 ELSE 0 END) AS word_for_word
FROM quotes
WHERE speaker IS NOT NULL
GROUP BY speaker, speaker_name
ORDER BY quotes DESC, speaker_name, speaker
LIMIT :size
