//! Words, colours, exit codes: the face of the tool.
