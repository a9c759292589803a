"""What changed between two papers of one trial: data, results, text, why, and what of it matters.

- ``sides``: one edition, read: results, printed texts, blocks of the page, study file; ``shown`` its tables and figures
- ``blinding``: what of two editions may be compared at all
- ``data``: rows added, removed and changed, by key
- ``results``: each result that moved, as printed, and where it stands
- ``importance`` with ``matters``, ``crossings`` and ``items``: what a statistician wants to see first
- ``conclusions``: whether a conclusion changed
- ``text``: sentences, cells, figures and boxes; ``words`` marks what of them changed
- ``plan``: the study file, place by place
- ``causes``: data, study file, templates and software, told apart
- ``compare``: the whole; ``page`` writes it, ``summary`` says it on the screen, ``against`` chooses the older edition
- ``tracked``: the newer Word document with the changes tracked
"""
