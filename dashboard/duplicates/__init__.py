"""Two records that may be one person: the evidence, the answer, what a merge keeps."""
