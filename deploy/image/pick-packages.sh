#!/bin/sh
# Copies the files of a few of this system's Debian packages, and Node.js, into a folder that becomes the image's root.
# The list of installed packages goes along, so that scanners for known holes see what is there.
set -eu
target=$1

packages="base-files base-passwd bash bubblewrap ca-certificates coreutils dash debianutils diffutils findutils git grep gzip
  libc-bin libc6 libsmartcols1 libstdc++6 mawk sed tar tini tzdata"

# With all they need, but for Perl (only the parts of git that nobody calls here are written in it) and what installs packages.
unwanted="^(perl.*|libperl.*|liberror-perl|git-man|debconf.*|cdebconf|dpkg|apt|openssl|install-info|libdebconfclient0|e2fsprogs|adduser|passwd|login|libpam.*)$"
is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
seen=" "
queue=$packages
while [ -n "$queue" ]; do
  next=
  for package in $queue; do
    case "$seen" in *" $package "*) continue ;; esac
    seen="$seen$package "
    for needed in $(dpkg-query -W -f '${Pre-Depends}, ${Depends}' "$package" | tr ',|' '\n\n' | sed 's/(.*//; s/:any//; s/ //g'); do
      if ! echo "$needed" | grep -Eq "$unwanted" && is_installed "$needed"; then next="$next $needed"; fi
    done
  done
  queue=$next
done

mkdir -p "$target/usr/bin" "$target/usr/sbin" "$target/usr/lib" "$target/usr/lib64"
for folder in bin sbin lib lib64; do [ ! -L "/$folder" ] || ln -s "usr/$folder" "$target/$folder"; done
# shellcheck disable=SC2086
dpkg-query -L $seen | sort -u \
  | grep -Ev '^/usr/share/(man|info|locale|lintian|bug|menu|gitweb|bash-completion|perl5|zsh)|^/usr/share/doc/.*/[^/]+$|^/(bin|sbin|lib|lib64|\.)$' \
  | grep -Ev '^/usr/lib/git-core/git-(daemon|http-backend|http-push|http-fetch|imap-send|shell|cvs.*|svn|instaweb|send-email|p4|archimport|gui.*)$|/gconv/|^/usr/bin/scalar$|^/usr/share/zoneinfo/(right|posix)' \
  | while IFS= read -r file; do if [ -e "$file" ] || [ -L "$file" ]; then echo "$file"; fi; done \
  | tar -c --no-recursion -T - 2>/dev/null | tar -x -C "$target"
# shellcheck disable=SC2086
for package in $seen util-linux; do
  licence=/usr/share/doc/$package/copyright
  if [ -f "$licence" ]; then mkdir -p "$target/usr/share/doc/$package"; cp -L "$licence" "$target/usr/share/doc/$package/"; fi
done

mkdir -p "$target/etc/ssl/certs" "$target/usr/local/bin" "$target/var/lib/dpkg" "$target/data" "$target/app" "$target/tmp"
cp /etc/passwd /etc/group "$target/etc/"
[ ! -f /etc/nsswitch.conf ] || cp /etc/nsswitch.conf "$target/etc/"
cp -L /etc/ssl/certs/ca-certificates.crt "$target/etc/ssl/certs/"
cp /usr/local/bin/node "$target/usr/local/bin/"
# The sandbox sets a program's limits with it; the rest of its package (mount, su, …) has no use here.
cp /usr/bin/prlimit "$target/usr/bin/"
# shellcheck disable=SC2086
dpkg-query -s $seen util-linux > "$target/var/lib/dpkg/status"
ldconfig -r "$target"
chown 1000:1000 "$target/data"
chmod 1777 "$target/tmp"

# Each program that the runtime calls must find its libraries there. A plain file stands for /dev/null meanwhile.
mkdir -p "$target/dev" "$target/proc" "$target/sys"
: > "$target/dev/null"
chroot "$target" git --version
chroot "$target" bwrap --version
chroot "$target" prlimit --version
chroot "$target" tini --version
chroot "$target" node --version
missing=$(chroot "$target" sh -c 'ldd /usr/bin/* /usr/lib/git-core/git-remote-https 2>/dev/null | grep "not found"' || true)
[ -z "$missing" ] || { echo "missing: $missing"; exit 1; }
rm "$target/dev/null"
