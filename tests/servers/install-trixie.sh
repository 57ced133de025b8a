#!/usr/bin/env bash
# Installs a Debian trixie with RabbitMQ 4 and radosgw into a folder, for the tests of the server drivers.
#
# Usage (as root): tests/servers/install-trixie.sh
# AIOS_TRIXIE: the folder (default /opt/aios-trixie). A complete folder costs a second run no time; an aborted run goes on
# where it stopped. All runs inside a mount and a process namespace of its own, so that nothing mounted or running is left
# behind, however it ends.
set -euo pipefail

PACKAGES=(rabbitmq-server radosgw)
root=${AIOS_TRIXIE:-/opt/aios-trixie}
marker="$root/.aios-complete"

complete() { [ "$(cat "$marker" 2>/dev/null)" = "${PACKAGES[*]}" ]; }
say() { printf '%3d s  %s\n' "$SECONDS" "$1"; }
fail() { printf 'install-trixie: %s\n' "$1" >&2; exit 1; }

complete && exit 0
[ "$(id -u)" -eq 0 ] || fail 'run it as root.'
command -v debootstrap >/dev/null || fail 'debootstrap is missing (Debian: apt-get install debootstrap).'
if [ "${1:-}" != --inside ]; then
  mkdir -p "$(dirname "$root")"
  # Whoever ends this script, even with SIGKILL, ends all that it started.
  setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc "$BASH" "$0" --inside &
  trap 'kill -KILL "$!"; exit 143' INT TERM HUP
  wait "$!"
  exit
fi

exec 9>"$root.lock"
flock 9
complete && exit 0

# The mirror and the way to it are those of this machine's apt.
mirror=$(apt-get indextargets --format '$(CREATED_BY) $(COMPONENT) $(RELEASE) $(SITE)' | awk '$1 == "Packages" && $2 == "main" && $3 !~ /-/ { print $4; exit }')
[ -n "$mirror" ] || fail "apt's configuration names no Debian mirror."
eval "$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy)"
export http_proxy=${http_proxy:-} https_proxy=${https_proxy:-}

inside() { DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" "$@"; }

base() {
  say 'the base system'
  rm -rf "$root"
  debootstrap --variant=minbase --include=ca-certificates trixie "$root" "$mirror" >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; return 1; }
  touch "$root/.aios-base"
}

configure() {
  cp /etc/hosts /etc/resolv.conf "$root/etc/"
  apt-config dump | grep '^Acquire::' >"$root/etc/apt/apt.conf.d/90machine" || true
  # No service starts while its package is installed; no manual is kept; an aborted run starts over, so nothing is synced.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  printf 'force-unsafe-io\npath-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n' >"$root/etc/dpkg/dpkg.cfg.d/aios"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  [ ! -d /etc/apt/auth.conf.d ] || mount --bind /etc/apt/auth.conf.d "$root/etc/apt/auth.conf.d"
}

packages() {
  say "the packages ${PACKAGES[*]}"
  inside dpkg --configure -a --force-confold
  inside apt-get update -qq
  # What a package's own scripts could not finish, as in a chroot happens, is mended by the second command.
  inside apt-get install -y -qq --no-install-recommends "${PACKAGES[@]}" || inside apt-get -y -qq --fix-broken install
  inside dpkg --audit
  inside apt-get clean
}

[ -e "$root/.aios-base" ] || base
configure
packages >>"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; fail 'a package could not be installed.'; }
inside radosgw --version
inside dpkg-query --show --showformat='rabbitmq-server ${Version}\n' rabbitmq-server
printf '%s' "${PACKAGES[*]}" >"$marker"
rm -f "$root.log"
say "complete: $root"
