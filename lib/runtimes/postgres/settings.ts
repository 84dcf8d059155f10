/**
 * The settings of Debian's cluster 18/main (pg_createcluster(1)), with what PostgreSQL 18 has by default left out, and with sizes for a
 * small machine: each process of the server is a worker in the reader's browser.
 * https://www.postgresql.org/docs/18/runtime-config.html
 */

export const postgresqlConf = `# -----------------------------
# PostgreSQL configuration file
# -----------------------------
#
# The commented-out settings shown in this file represent the default values.
# Re-commenting a setting is NOT sufficient to revert it to the default value;
# you need to reload the server.

#------------------------------------------------------------------------------
# FILE LOCATIONS
#------------------------------------------------------------------------------

data_directory = '/var/lib/postgresql/18/main'		# use data in another directory
					# (change requires restart)
hba_file = '/etc/postgresql/18/main/pg_hba.conf'	# host-based authentication file
					# (change requires restart)
ident_file = '/etc/postgresql/18/main/pg_ident.conf'	# ident configuration file
					# (change requires restart)
external_pid_file = '/var/run/postgresql/18-main.pid'			# write an extra PID file
					# (change requires restart)

#------------------------------------------------------------------------------
# CONNECTIONS AND AUTHENTICATION
#------------------------------------------------------------------------------

#listen_addresses = 'localhost'		# what IP address(es) to listen on;
					# comma-separated list of addresses;
					# defaults to 'localhost'; use '*' for all
					# (change requires restart)
port = 5432				# (change requires restart)
max_connections = 20			# (change requires restart)
#reserved_connections = 0		# (change requires restart)
#superuser_reserved_connections = 3	# (change requires restart)
unix_socket_directories = '/var/run/postgresql'	# comma-separated list of directories
					# (change requires restart)
#authentication_timeout = 1min		# 1s-600s
#password_encryption = scram-sha-256	# scram-sha-256 or md5
#ssl = off

#------------------------------------------------------------------------------
# RESOURCE USAGE (except WAL)
#------------------------------------------------------------------------------

shared_buffers = 4MB			# min 128kB
					# (change requires restart)
#work_mem = 4MB				# min 64kB
dynamic_shared_memory_type = sysv	# (change requires restart)
min_dynamic_shared_memory = 4MB		# (change requires restart)
bgwriter_delay = 10s			# 10-10000ms between rounds
io_method = sync			# (change requires restart)
max_worker_processes = 1		# (change requires restart)
max_logical_replication_workers = 0	# (change requires restart)
max_parallel_workers_per_gather = 0

#------------------------------------------------------------------------------
# WRITE-AHEAD LOG
#------------------------------------------------------------------------------

#wal_level = replica			# minimal, replica, or logical
					# (change requires restart)
#checkpoint_timeout = 5min		# range 30s-1d
fsync = off				# what is written to this machine's disk is safe at once
wal_writer_delay = 10s			# 1-10000 milliseconds
max_wal_size = 64MB
min_wal_size = 5MB
max_wal_senders = 0			# (change requires restart)
max_replication_slots = 0		# (change requires restart)

#------------------------------------------------------------------------------
# REPORTING AND LOGGING
#------------------------------------------------------------------------------

log_line_prefix = '%m [%p] %q%u@%d '		# special values:
					#   %a = application name
					#   %u = user name
					#   %d = database name
					#   %p = process ID
					#   %m = timestamp with milliseconds
log_timezone = 'Etc/UTC'
cluster_name = '18/main'			# added to process titles if nonempty
					# (change requires restart)

#------------------------------------------------------------------------------
# VACUUMING
#------------------------------------------------------------------------------

autovacuum = off			# on Debian it is on

#------------------------------------------------------------------------------
# CLIENT CONNECTION DEFAULTS
#------------------------------------------------------------------------------

datestyle = 'iso, mdy'
timezone = 'Etc/UTC'
lc_messages = 'C.UTF-8'			# locale for system error message
lc_monetary = 'C.UTF-8'			# locale for monetary formatting
lc_numeric = 'C.UTF-8'			# locale for number formatting
lc_time = 'C.UTF-8'			# locale for time formatting
default_text_search_config = 'pg_catalog.english'

#------------------------------------------------------------------------------
# CONFIG FILE INCLUDES
#------------------------------------------------------------------------------

include_dir = 'conf.d'			# include files ending in '.conf' from
					# a directory, e.g., 'conf.d'
`;

export const hbaConf = `# PostgreSQL Client Authentication Configuration File
# ===================================================
#
# Refer to the "Client Authentication" section in the PostgreSQL
# documentation for a complete description of this file.  A short
# synopsis follows.
#
# local   DATABASE  USER  METHOD  [OPTIONS]
# host    DATABASE  USER  ADDRESS  METHOD  [OPTIONS]
#
# This file is read on server startup and when the server receives a
# SIGHUP signal.  If you edit the file on a running system, you have to
# SIGHUP the server for the changes to take effect, run "pg_ctl reload",
# or execute "SELECT pg_reload_conf()".

# DO NOT DISABLE!
# If you change this first entry you will need to make sure that the
# database superuser can access the database using some other method.
#
# Database administrative login by Unix domain socket
local   all             postgres                                peer

# TYPE  DATABASE        USER            ADDRESS                 METHOD

# "local" is for Unix domain socket connections only
local   all             all                                     peer
# IPv4 local connections:
host    all             all             127.0.0.1/32            scram-sha-256
# IPv6 local connections:
host    all             all             ::1/128                 scram-sha-256
# Allow replication connections from localhost, by a user with the
# replication privilege.
local   replication     all                                     peer
host    replication     all             127.0.0.1/32            scram-sha-256
host    replication     all             ::1/128                 scram-sha-256
`;

export const identConf = `# PostgreSQL User Name Maps
# =========================
#
# MAPNAME       SYSTEM-USERNAME         DATABASE-USERNAME
`;
