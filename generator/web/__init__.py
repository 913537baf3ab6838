"""The page to fill in (``jixiao open``): a local server, its pages as templates, its style and script as files beside.

``server`` binds and opens, ``app`` answers, ``guard`` refuses strangers, ``desk`` keeps what is worked on and writes
what was typed into the YAML text, ``form`` lays a template out as steps, ``look`` says what a text comes to and makes
the files.
"""
