# shellcheck shell=bash
# Locked packages become trees. Sourced; wants $WORK, $here and lib/apt.sh.
# shellcheck disable=SC2154 # set by who sources it

# fetch NAME: every package of lock/NAME.lock into the cache, each compared with its locked hash.
fetch() {
    local lock=$here/lock/$1.lock cache=$WORK/debs package version sum missing=()
    mkdir -p "$cache"
    while read -r package version _ sum _; do
        [ -s "$cache/$sum.deb" ] || missing+=("$package=$version")
    done < "$lock"
    if [ ${#missing[@]} -gt 0 ]; then
        echo "fetching ${#missing[@]} packages"
        private_apt_setup
        [ -s "$WORK/apt/avail" ] || apt-get update -qq
        mkdir -p "$cache/new"
        (cd "$cache/new" && apt-get -qq download "${missing[@]}") || {
            echo "image: the mirror no longer has all that is locked; image/relock $1 takes today's versions" >&2
            return 1
        }
        local file
        for file in "$cache"/new/*.deb; do
            mv "$file" "$cache/$(sha256sum "$file" | cut -d' ' -f1).deb"
        done
        rmdir "$cache/new"
    fi
    # What is in the cache is believed for its hash only, whenever it came there.
    awk -v cache="$cache" '{ print $4 "  " cache "/" $4 ".deb" }' "$lock" | sha256sum --check --quiet --strict
}

# debs NAME USE: their files in the cache.
debs() { awk -v cache="$WORK/debs" -v use="$2" '$5 == use { print cache "/" $4 ".deb" }' "$here/lock/$1.lock"; }

# base NAME: path of the tree that Debian's own installation of the packages makes, made once per lock.
base() {
    local name=$1 key tree repo names deb
    key=$(sha256sum < "$here/lock/$1.lock" | cut -c1-16)
    tree=$WORK/base/$name-$key
    if [ ! -d "$tree" ]; then
        fetch "$name" >&2
        repo=$WORK/repo/$name
        rm -rf "$repo" "$tree.new" && mkdir -p "$repo" "$WORK/base"
        debs "$name" install | while read -r deb; do ln "$deb" "$repo/"; done
        # The tree is made of the locked packages and nothing else: they are the whole of its archive.
        (cd "$repo" && dpkg-scanpackages --multiversion . /dev/null > Packages 2> /dev/null)
        names=$(awk '$5 == "install" { printf "%s%s", comma, $1; comma = "," }' "$here/lock/$1.lock")
        # shellcheck disable=SC2016 # $1 is the hook's
        env -u APT_CONFIG mmdebstrap --quiet --mode=root --variant=custom --architectures=amd64 --format=directory \
            --include="$names" --dpkgopt=force-unsafe-io --dpkgopt=path-exclude='/usr/share/man/*' --dpkgopt=path-exclude='/usr/share/locale/*' \
            --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
            --setup-hook="$here/lib/usrmerge"' "$1"' \
            "$SUITE" "$tree.new" "deb [trusted=yes] copy://$repo ./" >&2
        # Nodes of devices are nobody's business here, and a tree that is only read needs none.
        rm -rf "$tree.new/dev" && mkdir "$tree.new/dev"
        mv "$tree.new" "$tree"
    fi
    printf '%s\n' "$tree"
}
