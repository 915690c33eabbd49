# shellcheck shell=bash
# An apt of the build's own: its lists and cache stand in the work folder, its mirror is the machine's.
# Sourced; wants $WORK.

SUITE=trixie

# mirror LABEL: where the machine's own apt gets what Debian labels so; the build names no host.
mirror() {
    # shellcheck disable=SC2016 # apt's own fields
    apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' |
        awk -v label="$1" '$1 == label && !found { print $2; found = 1 }'
}

sources() {
    local main security signed='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
    main=${BIDROOM_MIRROR:-$(mirror Debian)}
    security=${BIDROOM_SECURITY_MIRROR:-$(mirror Debian-Security)}
    [ -n "$main" ] || { echo 'image: this machine knows no Debian mirror; set BIDROOM_MIRROR' >&2; return 1; }
    printf "deb $signed %s %s main\n" "$main" "$SUITE" "$main" "$SUITE-updates"
    [ -z "$security" ] || printf "deb $signed %s %s main\n" "$security" "$SUITE-security"
}

# Makes the configuration under which apt sees nothing of the machine but its mirrors and Debian's keys.
private_apt_setup() {
    export APT_CONFIG=$WORK/apt/apt.conf
    local root=$WORK/apt
    mkdir -p "$root"/{lists/partial,cache/archives/partial,etc/preferences.d,etc/trusted.gpg.d,etc/apt.conf.d}
    # Asked before the private configuration is in force: it is the machine's that knows.
    APT_CONFIG='' sources > "$root/etc/sources.list"
    [ -e "$root/status" ] || : > "$root/status"
    cat > "$APT_CONFIG" <<CONF
Dir "$root";
Dir::State "$root";
Dir::State::status "$root/status";
Dir::Cache "$root/cache";
Dir::Etc "$root/etc";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Debug::NoLocking "true";
CONF
}
