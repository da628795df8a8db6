"""One small room for each kind of document: its bytes or characters -> what it says, and says about itself (a Page)."""
