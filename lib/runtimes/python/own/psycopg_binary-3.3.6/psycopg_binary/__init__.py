"""What `psycopg[binary]` asks for: the libpq that psycopg comes with elsewhere. Here it is the machine's own (`psycopg_c`)."""

__version__ = "3.3.6"
