"""What a server needs beside its faces: a journal, figures, patience with limits, an orderly stop."""
