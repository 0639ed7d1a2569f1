"""What we remember: tables, column types, migrations."""
