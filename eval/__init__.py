"""Questions, measures and runs that test the guide's grounding."""

import rag  # noqa: F401 - before numpy, so that what is measured has the threads that the guide has
