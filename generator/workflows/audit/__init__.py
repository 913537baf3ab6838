"""``jixiao audit``: read self-evaluations as they were filed, check them, recompute their scores, write worksheets.

inputs       the tables and texts of a Word file or workbook; which finding takes off how much: a file of the reviewers'
find         the forms in them: rows by what their columns are called
recompute    the checks of the program on each form, and its scores anew
write        worksheet, opinion and summary
"""
