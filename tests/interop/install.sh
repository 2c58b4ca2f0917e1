#!/usr/bin/env bash
# Installs a server or client that others wrote into the cache, once, and prints where it is.
#
#   install.sh node | pds | snac | mastodon-py | graph-py | tumblr-js | axe | moto | aws | garage
#
# The cache is $HAYON_INTEROP_CACHE, else target/interop of the project. Everything comes from the
# package registries that npm, apt and pip are set up for; nothing is installed into the system.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${HAYON_INTEROP_CACHE:-$here/../../target/interop}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)

# Tests run side by side, and each asks for what it needs.
exec 9>"$cache/lock"
flock 9

# Node 22, as the PDS asks for; the npm package brings the headers for native modules too.
install_node() {
    local version=22.23.3
    local home=$cache/node-$version
    if [ ! -e "$home/installed" ]; then
        rm -rf "$home" && mkdir -p "$home"
        npm install --prefix "$home" --no-audit --no-fund --loglevel=error "node@$version" >&2
        touch "$home/installed"
    fi
    NODE_HOME=$(dirname "$(dirname "$(find "$home" -path '*node-*/bin/node' -type f | head -n 1)")")
    [ -x "$NODE_HOME/bin/node" ] || { echo "no node below $home" >&2; exit 1; }
    echo "NODE=$NODE_HOME/bin/node"
}

# The packages of servers/pds/package-lock.json; better-sqlite3 is compiled, which takes a minute.
install_pds() {
    install_node
    local home=$cache/pds lock=$here/servers/pds/package-lock.json
    if ! cmp -s "$lock" "$home/installed"; then
        rm -rf "$home" && mkdir -p "$home"
        cp "$here/servers/pds/package.json" "$lock" "$home"
        (cd "$home" && PATH=$NODE_HOME/bin:$PATH npm_config_nodedir=$NODE_HOME \
            npm ci --no-audit --no-fund --loglevel=error) >&2
        cp "$lock" "$home/installed"
    fi
    echo "PDS_HOME=$home"
}

# snac is in Debian from release 13 on; its binary runs on release 12 as well, so the package is
# unpacked, not installed, with lists and sources of its own.
install_snac() {
    local home=$cache/snac
    if [ ! -e "$home/installed" ]; then
        rm -rf "$home" && mkdir -p "$home/lists/partial" "$home/archives/partial"
        local mirror
        mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
            grep -v security | head -n 1)
        [ -n "$mirror" ] || { echo 'apt knows no mirror: run `apt-get update`' >&2; exit 1; }
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" \
            >"$home/sources.list"
        local apt=(apt-get -q -o "Dir::Etc::sourcelist=$home/sources.list"
            -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$home/lists"
            -o "Dir::Cache=$home" -o APT::Sandbox::User=root)
        (cd "$home" && "${apt[@]}" update && "${apt[@]}" download snac2 &&
            dpkg-deb -x snac2_*.deb unpacked) >&2
        # Without arguments it tells its usage and exits 1; 127 is the dynamic linker's no.
        local code=0
        "$home/unpacked/usr/bin/snac" >/dev/null || code=$?
        [ "$code" = 1 ] || { echo "snac does not start; is libcurl4 installed?" >&2; exit 1; }
        touch "$home/installed"
    fi
    echo "SNAC=$home/unpacked/usr/bin/snac"
}

install_mastodon_py() {
    local version=2.3.3
    local home=$cache/mastodon-py-$version
    if [ ! -e "$home/installed" ]; then
        rm -rf "$home"
        python3 -m venv "$home" >&2
        "$home/bin/pip" install --quiet --disable-pip-version-check "Mastodon.py==$version" >&2
        touch "$home/installed"
    fi
    echo "PYTHON=$home/bin/python"
}

install_tumblr_js() {
    install_node
    local version=5.0.1
    local home=$cache/tumblr-js-$version
    if [ ! -e "$home/installed" ]; then
        rm -rf "$home" && mkdir -p "$home"
        npm install --prefix "$home" --no-audit --no-fund --loglevel=error "tumblr.js@$version" >&2
        touch "$home/installed"
    fi
    echo "TUMBLR_JS_HOME=$home"
}

# Meta's own client, and one of others for Threads; both are of a version that was tried.
install_graph_py() {
    local packages=(facebook-business==26.0.3 python-facebook-api==0.24.0)
    local home=$cache/graph-py-26.0.3-0.24.0
    if [ ! -e "$home/installed" ]; then
        rm -rf "$home"
        python3 -m venv "$home" >&2
        "$home/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}" >&2
        touch "$home/installed"
    fi
    echo "PYTHON=$home/bin/python"
}

install_axe() {
    local version=4.14.1
    local home=$cache/axe-$version
    if [ ! -e "$home/installed" ]; then
        rm -rf "$home" && mkdir -p "$home"
        npm install --prefix "$home" --no-audit --no-fund --loglevel=error "axe-core@$version" >&2
        touch "$home/installed"
    fi
    echo "AXE=$home/node_modules/axe-core/axe.min.js"
}

# The packages $2… in a Python of their own, $1.
install_python() {
    local home=$cache/$1
    shift
    if [ ! -e "$home/installed" ]; then
        rm -rf "$home"
        python3 -m venv "$home" >&2
        "$home/bin/pip" install --quiet --disable-pip-version-check "$@" >&2
        touch "$home/installed"
    fi
}

install_moto() {
    install_python moto-5.2.5 'moto[s3,server]==5.2.5'
    echo "MOTO=$cache/moto-5.2.5/bin/moto_server"
}

install_aws() {
    install_python awscli-1.46.3 awscli==1.46.3
    echo "AWS=$cache/awscli-1.46.3/bin/aws"
}

# Compiled from its sources, which takes a quarter of an hour.
install_garage() {
    local home=$cache/garage version=2.5.0
    if [ ! -x "$home/bin/garage" ]; then
        cargo install --quiet --locked --no-default-features --features bundled-libs,sqlite \
            --version "$version" --root "$home" --target-dir "$home/target" garage >&2
        rm -rf "$home/target"
    fi
    echo "GARAGE=$home/bin/garage"
}

case ${1-} in
node) install_node ;;
pds) install_pds ;;
snac) install_snac ;;
mastodon-py) install_mastodon_py ;;
tumblr-js) install_tumblr_js ;;
graph-py) install_graph_py ;;
axe) install_axe ;;
moto) install_moto ;;
aws) install_aws ;;
garage) install_garage ;;
*)
    echo "usage: install.sh node | pds | snac | mastodon-py | graph-py | tumblr-js | axe | moto | aws | garage" >&2
    exit 2
    ;;
esac
