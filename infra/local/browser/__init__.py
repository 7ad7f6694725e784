"""Pages as people see them: each is opened in a real browser and looked at."""
