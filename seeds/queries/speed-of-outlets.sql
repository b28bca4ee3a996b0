-- title: How soon does each outlet have a story?
-- description: The mean place of its articles among those of the same story, by day of publication; 1 is first.
SELECT m.source, count(*) AS articles, round(CAST(avg(m.place) AS numeric), 2) AS mean_place_in_story
FROM (
    SELECT a.source, rank() OVER (PARTITION BY a.story ORDER BY a.published_date) AS place
    FROM story_articles a
    WHERE a.published_date IS NOT NULL
) m
GROUP BY m.source
ORDER BY mean_place_in_story, coalesce(m.source, '')
