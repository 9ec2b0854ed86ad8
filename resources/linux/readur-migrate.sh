#!/bin/sh
# Readur Migrate: with a command the command line, without one the window.
app=/opt/readur-migrate/readur-migrate
if [ $# -gt 0 ]; then
  # What Chromium has to say of a missing desktop is nothing to a command.
  set -- --log-level=3 "$@"
  # It starts for root only without its sandbox. A command opens no page, and the program no window with this.
  if [ "$(id -u)" = 0 ]; then set -- --no-sandbox "$@"; fi
elif [ "$(id -u)" = 0 ]; then
  echo 'The window does not open for root. Use an ordinary account, or a command: readur-migrate --help' >&2
  exit 2
fi
exec "$app" "$@"
