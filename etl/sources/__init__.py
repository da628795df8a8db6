"""Where documents come from. A source yields documents: a name, a path inside the source, bytes on request."""
