"""Broken study files and broken data files, and what an author reads of each: see ``tests/test_corpus.py``.

``single`` and ``parallel`` are two small studies without a fault. ``changes.py`` says what a change of a file is,
``study_cases.py``, ``outcome_cases.py``, ``data_cases.py`` and ``flow_cases.py`` make the matrix of kinds of fault by
place, and the golden files ``*.txt`` hold the messages.
"""
