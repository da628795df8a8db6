"""How the trained reader is made from the repository's own articles and invented passages. Nothing here is needed to run the tracker."""
