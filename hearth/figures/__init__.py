"""One registry of every figure; reads the record rooms, writes nothing."""
