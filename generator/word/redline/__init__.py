"""The redline of two printed documents: the newer one, with the changes against the older one tracked.

``compare`` aligns and merges paragraphs and tables, ``paragraphs`` merges words, ``pair`` holds the two sides in the
meantime, writes tracked changes and brings along what deleted text refers to.
"""
