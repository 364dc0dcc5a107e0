"""From a plain document to PDF and DOCX in the layout of GB/T 9704-2012.

Plain Python over Typst and python-docx: no Django, no database, no clock. What goes in is a
`document.Document`, what comes out is bytes, and the same document always gives the same bytes.
The rules, OD-01 and following, are in ``docs/domain/official-document.md``.
"""
