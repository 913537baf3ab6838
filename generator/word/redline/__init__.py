"""Two printed documents to one: the newer, with the changes against the older tracked.

documents ─normalize─▶ pair ─blocks, paragraphs─▶ markup ─▶ .docx with w:ins and w:del

``pair`` holds the two sides while they are merged and brings along what the older document refers to, ``tokens`` are
the smallest pieces of a paragraph that are compared, ``markup`` writes the marks, ``boundaries`` keeps the last
paragraphs of containers whole.
"""
