"""Briefs: cited documents (decision sheets, session kits) made by putting a template's questions to the guide.

Reading order: `types` (what a brief is), `template` and `load` (the files under prompts/briefs), `form` (what the user
filled in), `plan` (the template for this form), `asking` (questions, through the guide's own chain), `make`.
"""
