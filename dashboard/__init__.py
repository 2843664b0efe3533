"""The dashboard: shows the published release and stores what people decide.

`app.py` starts it, `pages.py` lists the pages, `screens/` holds one file for each. What a page
shows is in the package of its topic: `queries_*` ask the release, `words_*` name its codes, the
rest draws. What every topic needs stands here: the release, who is at the screen, the frame of a
page and its exports, storing decisions, the jobs of the background.
"""
