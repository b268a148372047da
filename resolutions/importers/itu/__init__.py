"""Parses a contribution or a resolution of the ITU from its paragraphs, whatever the file format.

`first_page` tells what the document is, `headers` find the proposals, `structure` their clauses, `pairing` what each clause was before;
`lexicon` knows the words of the six languages. No database, no network, no disk, no Django.
"""
