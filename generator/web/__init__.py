"""The page to fill in (``jixiao open``): a local server, its pages as templates, its style and script as files beside.

``server`` listens and refuses other pages' requests, ``app`` has the routes and makes the files, ``desk`` keeps the
working texts and writes changes into them, ``form`` lays a template out as steps, ``look`` computes findings, scores
and previews.
"""
