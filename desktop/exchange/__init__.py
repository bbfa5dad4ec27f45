"""What goes out of a profile and comes in: exports, documents, conversations of other programs."""
