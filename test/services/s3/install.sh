#!/usr/bin/env bash
# Installs what start.sh needs: Ceph's monitor, OSD, gateway and tools, from the
# distribution's packages. Does nothing where all is there; starts no service.
set -euo pipefail
exec node "$(dirname "${BASH_SOURCE[0]}")/../../../scripts/system.mjs" s3
