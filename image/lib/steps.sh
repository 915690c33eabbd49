# shellcheck shell=bash
# The steps of a build, in their order. Sourced by image/build, which sets everything in capitals.
# shellcheck disable=SC2154

say() { printf '== %s  (%ss)\n' "$*" "$SECONDS"; }

# in_tools COMMAND…: a program of the tools tree, which sees the work folder of this build as /b.
in_tools() { SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH chroot "$TOOLS" "$@"; }

# The kernel and the boot loader, unpacked.
unpack() {
    local deb
    debs "$KIND" unpack | while read -r deb; do dpkg-deb -x "$deb" "$B/unpacked"; done
    ln -s usr/lib "$B/unpacked/lib"
    KERNEL=$(ls "$B/unpacked/usr/lib/modules")
    in_tools depmod -b /b/unpacked "$KERNEL"
}

# overlay TREE: what is ours. The programs come from the release build, the units from systemd/.
overlay() {
    local tree=$1 units=$here/../systemd folder
    for folder in "$here/common/tree" "$here/$KIND/tree"; do
        [ ! -d "$folder" ] || cp -R --no-preserve=all "$folder/." "$tree/"
    done
    install -d "$tree"/usr/lib/{systemd/{system,journald.conf.d,system-preset,system.conf.d,network},sysctl.d,tmpfiles.d,sysusers.d,udev/rules.d}
    install -m 644 "$units"/common/* "$units/$KIND"/* "$tree/usr/lib/systemd/system/"
    for folder in journald.conf.d system.conf.d network; do
        install -m 644 "$units/$folder"/* "$tree/usr/lib/systemd/$folder/"
    done
    for folder in sysctl.d tmpfiles.d sysusers.d; do install -m 644 "$units/$folder"/* "$tree/usr/lib/$folder/"; done
    install -D -m 644 "$units/presets/$KIND.preset" "$tree/usr/lib/systemd/system-preset/00-bidroom.preset"
    install -D -m 644 "$units/nftables.conf" "$tree/etc/nftables.conf"
    install -D -m 644 "$units/chrony.conf" "$tree/etc/chrony/chrony.conf"
    install -m 644 "$here/../firmware-config/udev"/*.rules "$tree/usr/lib/udev/rules.d/"
    local program
    for program in $PROGRAMS; do install -D -m 755 "${BIDROOM_PROGRAMS:-$here/../target/release}/$program" "$tree/usr/bin/$program"; done
    install -d "$tree/usr/share/bidroom"
    [ -z "$SITE" ] || cp -R --no-preserve=all "$SITE" "$tree/usr/share/bidroom/site"
    printf '%s\n' "$CMDLINE" > "$tree/usr/share/bidroom/cmdline"
    printf 'PRETTY_NAME="BidRoom %s %s"\nNAME=BidRoom\nID=bidroom\nIMAGE_ID=bidroom-%s\nIMAGE_VERSION=%s\nBIDROOM_IMAGE_EPOCH=%s\nBIDROOM_PROFILE=%s\n' \
        "$KIND" "$VERSION" "$KIND" "$VERSION" "$SOURCE_DATE_EPOCH" "$PROFILE" > "$tree/usr/lib/os-release"
    # Places for what exists at run time only.
    install -d "$tree"/{boot,dev,proc,run,sys,tmp,var,etc,root}
    ln -sfn usr/lib/os-release "$tree/etc/os-release" && ln -sfn ../usr/lib/os-release "$tree/etc/os-release"
    : > "$tree/etc/machine-id"
    printf 'bidroom\n' > "$tree/etc/hostname"
}

# root_tree: the root file system as files.
root_tree() {
    ROOT=$B/root
    mkdir "$ROOT"
    python3 "$here/lib/pick.py" "$BASE" "$ROOT" "$here/common/root.files" "$here/$KIND/root.files"
    python3 "$here/lib/modules.py" "$B/unpacked" "$ROOT" "$here/common/modules"
    in_tools depmod -b /b/root "$KERNEL"
    install -m 755 "$B/unpacked/usr/lib/systemd/systemd-bless-boot" "$ROOT/usr/lib/systemd/"
    install -m 755 "$B/unpacked/usr/lib/systemd/system-generators/systemd-bless-boot-generator" "$ROOT/usr/lib/systemd/system-generators/"
    install -m 644 "$B/unpacked/usr/lib/systemd/system/systemd-bless-boot.service" "$ROOT/usr/lib/systemd/system/"
    overlay "$ROOT"
    in_tools systemd-sysusers --root=/b/root
    # No account has a password, a shell or a date that depends on the day of the build.
    sed -i -E 's/^([^:]*):.*/\1:!*:::::::/' "$ROOT/etc/shadow"
    sed -i -E 's#^(([^:]*:){6}).*#\1/usr/sbin/nologin#' "$ROOT/etc/passwd"
    rm -f "$ROOT"/etc/*- "$ROOT/etc/.pwd.lock"
    in_tools systemctl --root=/b/root preset-all --quiet
    in_tools systemctl --root=/b/root set-default --quiet multi-user.target
    in_tools systemctl --root=/b/root mask --quiet ctrl-alt-del.target systemd-firstboot.service systemd-sysext.service \
        systemd-confext.service systemd-hwdb-update.service systemd-journal-catalog-update.service systemd-update-done.service \
        systemd-ask-password-console.path systemd-ask-password-wall.path systemd-machine-id-commit.service proc-sys-fs-binfmt_misc.automount
    # The image's own nft reads the image's own rules: a name that only a full system resolves would be found out at a start.
    unshare --net chroot "$ROOT" /usr/sbin/nft --check --file /etc/nftables.conf
}

# root_image: the root file system as blocks, and the hash tree over them. Salt and UUIDs follow from what is hashed.
root_image() {
    local salt
    salt=$(printf 'bidroom-%s-%s' "$KIND" "$VERSION" | sha256sum | cut -d' ' -f1)
    in_tools mkfs.erofs --quiet -zlz4hc,9 -C65536 -T"$SOURCE_DATE_EPOCH" -U"${salt:0:8}-0000-4000-8000-${salt:8:12}" /b/root.erofs /b/root
    in_tools veritysetup format --salt="$salt" --uuid="${salt:0:8}-0001-4000-8000-${salt:8:12}" \
        --root-hash-file=/b/roothash /b/root.erofs /b/root.verity > /dev/null
    ROOTHASH=$(cat "$B/roothash")
    [ "$(stat -c %s "$B/root.erofs")" -le $((SLOT_MIB << 20)) ] || { echo "image: the root does not fit its slot of $SLOT_MIB MiB" >&2; return 1; }
}

# initrd: the first stage. It holds nothing secret and nothing of the room.
initrd() {
    mkdir "$B/initrd"
    python3 "$here/lib/pick.py" "$BASE" "$B/initrd" "$here/common/initrd.files"
    local drivers='nvme ahci sd_mod virtio_scsi megaraid_sas mpt3sas virtio_blk dm-mod dm-verity erofs crc32c_generic crc32c-intel efivarfs sha256-ssse3 virtio-rng'
    # shellcheck disable=SC2086 # a list of names
    python3 "$here/lib/modules.py" "$B/unpacked" "$B/initrd" "$here/common/modules" $drivers
    in_tools depmod -b /b/initrd "$KERNEL"
    cp -R --no-preserve=all "$here/common/initrd/." "$B/initrd/"
    install -d "$B"/initrd/{dev,proc,run,sys,tmp,sysroot,var,etc}
    ln -s usr/lib/systemd/systemd "$B/initrd/init"
    cp "$ROOT/usr/lib/os-release" "$B/initrd/usr/lib/os-release"
    ln -sfn ../usr/lib/os-release "$B/initrd/etc/os-release"
    ln -sfn ../usr/lib/os-release "$B/initrd/etc/initrd-release"
    : > "$B/initrd/etc/machine-id"
    ln -sfn /usr/lib/systemd/system/initrd.target "$B/initrd/usr/lib/systemd/system/default.target"
    python3 "$here/lib/cpio.py" "$B/initrd" "$SOURCE_DATE_EPOCH" > "$B/initrd.cpio"
    in_tools zstd -q -15 -T1 --rm /b/initrd.cpio -o /b/initrd.img
}

# uki: kernel, command line, first stage and the signed forecast of PCR 11 in one file that the firmware checks.
uki() {
    cp -rL "$KEYS" "$B/keys"
    cp "$B/unpacked/boot/vmlinuz-$KERNEL" "$B/vmlinuz"
    UKI=bidroom-$KIND-$VERSION.efi
    in_tools ukify build --linux=/b/vmlinuz --initrd=/b/initrd.img --os-release=@/b/root/usr/lib/os-release --uname="$KERNEL" \
        --stub=/b/unpacked/usr/lib/systemd/boot/efi/linuxx64.efi.stub --cmdline="roothash=$ROOTHASH $CMDLINE" \
        --pcr-banks=sha256 --pcr-private-key="/b/keys/release-$VERSION.key" --pcr-public-key="/b/keys/release-$VERSION.pub" \
        --output=/b/uki.unsigned > /dev/null
    sign /b/uki.unsigned "/b/$UKI"
    sign /b/unpacked/usr/lib/systemd/boot/efi/systemd-bootx64.efi /b/BOOTX64.EFI
    rm -rf "$B/keys"
}

# A signature says when it was made; here that is the time of the image.
sign() { in_tools faketime -f "@$(date -u -d "@$SOURCE_DATE_EPOCH" '+%F %T')" sbsign --key /b/keys/db.key --cert /b/keys/db.crt --output "$2" "$1" > /dev/null; }

# disk: everything in its partition.
disk() {
    local efi=$B/esp.img id
    id=$(printf '%s' "$ROOTHASH" | cut -c1-8)
    truncate -s "${ESP_MIB}M" "$efi"
    in_tools mkfs.vfat --invariant -F 32 -i "$id" -n BIDROOM /b/esp.img > /dev/null
    local folder
    for folder in EFI EFI/BOOT EFI/Linux loader; do in_tools mmd -i /b/esp.img "::/$folder"; done
    printf 'timeout 0\neditor no\nauto-entries no\nauto-firmware no\n' > "$B/loader.conf"
    # Files carry the image's time into the file system.
    touch -d "@$SOURCE_DATE_EPOCH" "$B/BOOTX64.EFI" "$B/$UKI" "$B/loader.conf"
    in_tools mcopy -m -i /b/esp.img /b/BOOTX64.EFI ::/EFI/BOOT/BOOTX64.EFI
    # Three tries to come up; systemd-bless-boot takes the number away when the server answers.
    in_tools mcopy -m -i /b/esp.img "/b/$UKI" "::/EFI/Linux/${UKI%.efi}+3.efi"
    in_tools mcopy -m -i /b/esp.img /b/loader.conf ::/loader/loader.conf
    mkdir "$B/repart.d"
    local hash=$ROOTHASH
    partition 10-esp "esp" bidroom-esp "$ESP_MIB" /b/esp.img
    partition 20-root-a root-x86-64 "bidroom_$VERSION" "$SLOT_MIB" /b/root.erofs "$(uuid "${hash:0:32}")"
    partition 21-verity-a root-x86-64-verity "bidroom_$VERSION" "$VERITY_MIB" /b/root.verity "$(uuid "${hash:32:32}")"
    partition 30-root-b root-x86-64 _empty "$SLOT_MIB"
    partition 31-verity-b root-x86-64-verity _empty "$VERITY_MIB"
    in_tools systemd-repart --empty=create --size=auto --dry-run=no --offline=yes --seed="$(uuid "${hash:0:32}")" \
        --definitions=/b/repart.d --json=short /b/disk.raw > "$B/partitions.json" 2> "$B/repart.log"
}

uuid() { printf '%s-%s-%s-%s-%s' "${1:0:8}" "${1:8:4}" "${1:12:4}" "${1:16:4}" "${1:20:12}"; }

partition() {
    printf '[Partition]\nType=%s\nLabel=%s\nSizeMinBytes=%sM\nSizeMaxBytes=%sM\nWeight=0\n%s%s' "$2" "$3" "$4" "$4" \
        "${5:+CopyBlocks=$5
}" "${6:+UUID=$6
}" > "$B/repart.d/$1.conf"
}
