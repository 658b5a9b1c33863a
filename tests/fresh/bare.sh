#!/usr/bin/env bash
# The proof that a newcomer's machine is enough: a Debian 12 with only python3 and git, made by debootstrap,
# then the README's commands in fresh clones. Needs root and debootstrap; not part of the suite.
#
#   tests/fresh/bare.sh [setup|demo|test]…      without arguments: demo and test
#
# Registries and certificates are this machine's own: apt's targets, pip's and npm's settings, the environment.
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
[ "$(id -u)" = 0 ] || { echo "bare.sh: debootstrap needs root" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "bare.sh: run: apt-get install debootstrap" >&2; exit 1; }

if [ -z "${BARE_ROOT:-}" ]; then
    BARE_ROOT=$(mktemp -d -t reciproca-bare.XXXXXX)
    export BARE_ROOT
    chmod 755 "$BARE_ROOT"
    trap 'rm -rf "$BARE_ROOT"' EXIT INT TERM
    # Mounts and processes live in namespaces of their own, so that nothing outlives the run.
    unshare --mount --pid --fork --kill-child "$0" "$@"
    exit
fi

root=$BARE_ROOT
began=$(date +%s)
since() { echo $(($(date +%s) - $1)); }
log() { printf 'bare: %s\n' "$*"; }

make_system() {
    start=$(date +%s)
    targets='$(REPO_URI) $(CODENAME) $(SUITE) $(COMPONENT) $(LABEL)'
    apt-get indextargets --format "$targets" 'Created-By: Packages' | sort -u >"$root.targets"
    mirror=$(awk '$2 == "bookworm" && $5 == "Debian" { print $1; exit }' "$root.targets")
    [ -n "$mirror" ] || { log "apt here knows no mirror of bookworm; run apt-get update"; exit 1; }
    debootstrap --variant=minbase --include=python3,git,ca-certificates bookworm "$root" "$mirror" >"$root.log" 2>&1 ||
        { tail -n 20 "$root.log"; exit 1; }
    awk '$5 ~ /^Debian/ { print "deb " $1 " " $3 " " $4 }' "$root.targets" >"$root/etc/apt/sources.list"
    apt-config dump | grep '^Acquire::' >"$root/etc/apt/apt.conf.d/10host" || true
    rm -f "$root.targets" "$root.log"
    # Folders of this machine (file:) mean nothing inside.
    for file in /etc/resolv.conf /etc/hosts /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.npmrc" /etc/ssl/certs/ca-certificates.crt; do
        [ ! -f "$file" ] || { mkdir -p "$root$(dirname "$file")" && grep -v 'file:' "$file" >"$root$file" || true; }
    done
    mount --bind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/dev/shm"
    log "a bare $(cat "$root/etc/debian_version") in $(since "$start") s: $(chroot "$root" dpkg -l | grep -c '^ii') packages, $(chroot "$root" python3 --version)"
}

inside() { # FOLDER COMMAND… : in the bare system, with this machine's settings of pip, npm and certificates only
    folder=$1
    shift
    settings=$(env | grep -iE '^(pip_[^f]|npm_config_|https?_proxy=|no_proxy=|ssl_cert_|requests_ca|node_extra_ca|ci=)' || true)
    # shellcheck disable=SC2086 -- settings are words without blanks
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="$HOME" LANG=C.UTF-8 $settings \
        chroot "$root" sh -c 'cd "$0" && exec "$@"' "$folder" "$@"
}

clone() { git clone -q --no-hardlinks "$repository" "$root/srv/$1" && log "fresh clone $1 at $(git -C "$root/srv/$1" rev-parse --short HEAD)"; }

ready() { # LOG : wait until the address that the demo prints answers /readyz with 200
    tries=0
    until url=$(grep -om1 'http://127\.0\.0\.1:[0-9]*' "$1") && inside /srv python3 -c \
        'import sys, urllib.request; urllib.request.urlopen(sys.argv[1] + "/readyz", timeout=5)' "$url" 2>/dev/null; do
        tries=$((tries + 1))
        kill -0 "$demo" 2>/dev/null && [ "$tries" -lt 900 ] || { log "the demo did not come up:"; cat "$1"; exit 1; }
        sleep 1
    done
}

serve() { # NAME : ./dev demo until it's ready, then Ctrl-C
    asked=$(date +%s)
    set -m # a process group of its own, so that it can be sent what Ctrl-C sends
    inside /srv/demo ./dev demo >"$root/$1.log" 2>&1 &
    demo=$!
    set +m
    ready "$root/$1.log"
    whole=$(since "$asked")
    installing=$(sed -n 's/^Downloads and installation took \([0-9]*\) s.*/\1/p' "$root/$1.log")
    log "$1: ready after $whole s, of which downloads and installation ${installing:-0} s, the rest $((whole - ${installing:-0})) s"
    sed 's/^/    /' "$root/$1.log"
    kill -INT -- "-$demo"
    wait "$demo" || log "$1: ended with $?"
}

make_system
for part in ${*:-demo test}; do
    start=$(date +%s)
    clone "$part"
    case "$part" in
        setup)
            inside /srv/setup ./dev setup
            inside /srv/setup .venv/bin/python -c 'import setuptools, pip, pytest, weasyprint'
            inside /srv/setup ./dev setup
            ;;
        demo)
            serve first
            serve second
            ;;
        test) inside /srv/test ./dev test ;;
        *) log "no part $part"; exit 2 ;;
    esac
    log "$part: $(since "$start") s"
done
log "all of it: $(since "$began") s"
