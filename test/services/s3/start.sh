#!/usr/bin/env bash
# Starts a fresh single-node Ceph cluster (1 monitor, 1 OSD) and a RADOS Gateway
# (S3 API) on 127.0.0.1, creates one user and one bucket, and prints the
# settings a client needs as NAME=value lines on stdout (progress: stderr).
#
#   usage: start.sh [DATA_DIR]          (default /tmp/rgw)
#
# DATA_DIR is emptied first if an earlier start.sh made it; a folder that
# start.sh did not make must be empty or absent. Stop with stop.sh [DATA_DIR].
#
# Environment (defaults in brackets):
#   S3_PORT [7480]                 S3 endpoint, http, 127.0.0.1 only
#   S3_MON_PORT [13300]            Ceph monitor
#   S3_OSD_PORT_MIN [16800]        the OSD takes ports from here to +99
#   S3_ACCESS_KEY_ID [testkey]     S3_SECRET_ACCESS_KEY [testsecret123]
#   S3_BUCKET_NAME [readur-test]
#   S3_STORE [memstore]            memstore: objects in RAM, about twice their size;
#                                  bluestore: in a sparse file, little RAM
#   S3_STORE_GIB [4; bluestore 20] capacity
#   S3_START_TIMEOUT [120]         seconds to wait for readiness
#   S3_DEBUG_RGW [1]               radosgw log level (1: access log, 20: everything)
#   S3_OWNER_PID []                when this process is gone, however it ended,
#                                  the server is stopped and DATA_DIR deleted
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${1:-/tmp/rgw}
port=${S3_PORT:-7480}
mon_port=${S3_MON_PORT:-13300}
osd_port=${S3_OSD_PORT_MIN:-16800}
access=${S3_ACCESS_KEY_ID:-testkey}
secret=${S3_SECRET_ACCESS_KEY:-testsecret123}
bucket=${S3_BUCKET_NAME:-readur-test}
store=${S3_STORE:-memstore}
timeout=${S3_START_TIMEOUT:-120}
marker=.s3-single-node

say() { echo "s3/start: [${SECONDS}s] $*" >&2; }
die() { say "$*"; exit 1; }

case $store in
  memstore) gib=${S3_STORE_GIB:-4} ;;
  bluestore) gib=${S3_STORE_GIB:-20} ;;
  *) die "S3_STORE must be memstore or bluestore, not '$store'" ;;
esac
for c in ceph-mon ceph-osd radosgw radosgw-admin ceph monmaptool curl python3; do
  command -v "$c" >/dev/null || die "$c not found: run node scripts/system.mjs s3 first"
done

# --- a fresh data folder ----------------------------------------------------
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
for f in "$dir"/run/*.pid; do
  [ -e "$f" ] || continue
  pid=$(cat "$f")
  if grep -qsF -- "$dir/ceph.conf" "/proc/$pid/cmdline"; then
    die "already running in $dir (pid $pid): stop it first with $here/stop.sh $dir"
  fi
done
if [ -n "$(ls -A "$dir")" ]; then
  [ -e "$dir/$marker" ] || die "$dir is not empty and was not made by this script"
  rm -rf "${dir:?}"/{mon,osd,log,run,crash,ceph.conf,monmap}
fi
touch "$dir/$marker"
mkdir -p "$dir"/{mon,osd,log,run,crash}
for p in "$port" "$mon_port"; do
  if (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null; then die "port $p is already in use"; fi
done

fsid=$(cat /proc/sys/kernel/random/uuid)
osd_uuid=$(cat /proc/sys/kernel/random/uuid)
bytes=$((gib * 1024 * 1024 * 1024))

cat >"$dir/ceph.conf" <<CONF
[global]
fsid = $fsid
mon_host = [v2:127.0.0.1:$mon_port/0]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
ms_bind_msgr1 = false
ms_bind_port_min = $osd_port
ms_bind_port_max = $((osd_port + 99))
# Ceph's own authentication is off: every daemon listens on loopback only.
# (The S3 side still checks every signature.)
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
# radosgw insists on encrypted monitor connections unless told otherwise, and
# those need Ceph's authentication
ms_mon_client_mode = crc
run_dir = $dir/run
crash_dir = $dir/crash
admin_socket =
log_file = $dir/log/\$type.\$id.log
err_to_stderr = true
log_to_stderr = false
mon_cluster_log_file = $dir/log/cluster.log
# one copy of everything, on one OSD
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
crush_location = root=default host=local
mon_allow_pool_size_one = true

[mon]
mon_data = $dir/mon
mon_data_avail_crit = 1
mon_data_avail_warn = 2
mon_cluster_log_to_file = true
# commit map changes at once: the gateway makes its pools one after another
paxos_propose_interval = 0.05
paxos_min_wait = 0.01

[osd]
osd_data = $dir/osd
osd_objectstore = $store
memstore_device_bytes = $bytes
bluestore_block_size = $bytes
bluestore_block_create = true
bluestore_fsck_on_mkfs = false
osd_memory_target = 2147483648

[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:$port
rgw_data = $dir/run
rgw_enable_apis = s3
rgw_thread_pool_size = 64
rgw_enable_usage_log = false
# give the space of deleted objects back within minutes (default: two hours)
rgw_gc_obj_min_wait = 120
rgw_gc_processor_period = 60
rgw_gc_processor_max_time = 60
# SSE-KMS with a key of the test's own, as Ceph's tests have it
rgw_crypt_require_ssl = false
rgw_crypt_s3_kms_backend = testing
rgw_crypt_s3_kms_encryption_keys = test-key=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=
debug_rgw = ${S3_DEBUG_RGW:-1}
CONF
conf=$dir/ceph.conf

on_exit() {
  rc=$?
  if [ "$rc" -ne 0 ]; then
    say "failed (exit $rc); last lines of the logs in $dir/log:"
    tail -n 15 "$dir"/log/*.out >&2 2>/dev/null || true
    "$here/stop.sh" "$dir" >&2 || true
  fi
}
trap on_exit EXIT
deadline=$((SECONDS + timeout))

# daemon NAME CMD...: runs CMD in its own session, pid in run/NAME.pid
daemon() {
  local name=$1
  shift
  setsid "$@" </dev/null >"$dir/log/$name.out" 2>&1 &
  echo $! >"$dir/run/$name.pid"
}
# watch PID: outlives this script, ends with the server or with its owner
watch() {
  setsid bash -c '
    while kill -0 "$1" 2>/dev/null; do
      sleep 1
      [ -e "$2/run/mon.pid" ] || exit 0
    done
    exec "$3/stop.sh" "$2" --purge' watch "$1" "$dir" "$here" </dev/null >/dev/null 2>&1 &
}
alive() { kill -0 "$(cat "$dir/run/$1.pid")" 2>/dev/null || die "$1 ended early, see $dir/log/$1.out"; }
left() { local s=$((deadline - SECONDS)); [ "$s" -gt 0 ] || die "not ready after ${timeout}s"; echo "$s"; }

# --- monitor ----------------------------------------------------------------
say "monitor"
{
  monmaptool --create --clobber --fsid "$fsid" --addv a "[v2:127.0.0.1:$mon_port/0]" "$dir/monmap"
  ceph-mon -c "$conf" -i a --mkfs --monmap "$dir/monmap"
} >"$dir/log/mkfs.out" 2>&1
daemon mon ceph-mon -c "$conf" -i a -f
[ -z "${S3_OWNER_PID:-}" ] || watch "$S3_OWNER_PID"
until (exec 3<>"/dev/tcp/127.0.0.1/$mon_port") 2>/dev/null; do alive mon; left >/dev/null; sleep 0.1; done

# --- OSD --------------------------------------------------------------------
say "OSD ($store, $gib GiB)"
ceph -c "$conf" --connect-timeout "$(left)" osd new "$osd_uuid" 0 >/dev/null
ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$osd_uuid" >>"$dir/log/mkfs.out" 2>&1
daemon osd ceph-osd -c "$conf" -i 0 -f

# --- user, gateway, bucket --------------------------------------------------
say "user $access"
timeout "$(left)" radosgw-admin -c "$conf" -n client.rgw user create --uid=test --display-name=test \
  --access-key="$access" --secret-key="$secret" >"$dir/log/user.out" 2>&1
alive osd

say "gateway on 127.0.0.1:$port"
daemon rgw radosgw -c "$conf" -n client.rgw -f
until curl -sf -m 5 -o /dev/null "http://127.0.0.1:$port/"; do alive rgw; left >/dev/null; sleep 0.1; done

# Owns nothing, and may what a bucket's policy lets it; the same secret.
timeout "$(left)" radosgw-admin -c "$conf" -n client.rgw user create --uid=limited --display-name=limited \
  --access-key=limited --secret-key="$secret" >"$dir/log/limited.out" 2>&1

say "bucket $bucket"
# A signed PUT /bucket (signature version 2, the shortest to write). Not curl's
# --aws-sigv4: Debian 12's curl signs S3 requests in a way radosgw refuses.
python3 - "$port" "$access" "$secret" "$bucket" >"$dir/log/bucket.out" 2>&1 <<'PY' || die "could not create bucket $bucket"
import base64, email.utils, hashlib, hmac, http.client, sys
port, access, secret, bucket = sys.argv[1:]
date = email.utils.formatdate(usegmt=True)
mac = hmac.new(secret.encode(), f"PUT\n\n\n{date}\n/{bucket}".encode(), hashlib.sha1)
sign = base64.b64encode(mac.digest()).decode()
c = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
c.request("PUT", "/" + bucket, headers={"Date": date, "Authorization": f"AWS {access}:{sign}"})
r = c.getresponse()
print(r.status, r.read().decode())
sys.exit(r.status != 200)
PY
alive mon; alive osd; alive rgw
say "ready after ${SECONDS}s"

cat <<LINES
S3_ENDPOINT=http://127.0.0.1:$port
S3_ACCESS_KEY_ID=$access
S3_SECRET_ACCESS_KEY=$secret
S3_BUCKET_NAME=$bucket
LINES
