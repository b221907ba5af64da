"""The sync of the departments' exchange tables."""
